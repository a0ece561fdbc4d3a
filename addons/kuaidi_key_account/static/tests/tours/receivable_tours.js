import {registry} from "@web/core/registry";

/* Receivables: a collector's morning, the end of the month, a manager's own clients. */

const FIRST_ROW = ".o_list_view .o_data_row:contains(Haina Appliances)";
const CLOSED = "body:not(:has(.modal))";

/** Enters amount and day of a promise in the open dialog, and keeps it. */
function enterPromise(amount, day) {
    return [
        {
            content: "the client says how much, and until when",
            trigger: ".modal .o_field_widget[name=amount] input",
            run: `edit ${amount}`,
        },
        {
            trigger: ".modal .o_field_widget[name=date_due] :is(button, input)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=date_due] input",
            run: `edit ${day} && press Tab`,
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
    ];
}

registry.category("web_tour.tours").add("kuaidi_collector_makes_the_round", {
    steps: () => [
        {
            content: "whom to call this morning",
            trigger: ".o_kuaidi_collection_desk [data-tile=calls]:contains(1)",
            run: "click",
        },
        {
            content: "log the call",
            trigger: `${FIRST_ROW} td[name=account_id]`,
            run: "click",
        },
        {
            trigger: ".o_form_view button[name=action_log_contact]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=content] textarea",
            run: "edit Asked for both invoices",
        },
        {
            trigger: ".modal .o_field_widget[name=answer] textarea",
            run: "edit Pays part of it next week",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "what was said is in the log",
            trigger:
                ".o_field_widget[name=action_ids] .o_data_row:contains(Pays part of it)",
        },
        {
            trigger: "button[name=action_enter_promise]",
            run: "click",
        },
        ...enterPromise("600", "2026-12-04"),
        {
            trigger: `${CLOSED} a[name=promises]`,
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name=promise_ids] .o_data_row td[name=amount]:contains(600.00)",
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_finance_closes_the_month", {
    steps: () => [
        {
            content: "one statement is to be made",
            trigger: ".modal .o_field_widget[name=new_count]:contains(1)",
        },
        {
            trigger: ".modal button[name=action_generate]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=draft_count]:contains(1)",
        },
        {
            trigger: ".modal button[name=action_view]",
            run: "click",
        },
        {
            trigger: `${FIRST_ROW} td[name=account_id]`,
            run: "click",
        },
        {
            content: "it is handed over on paper",
            trigger: "button[name=action_mark_sent]",
            run: "click",
        },
        {
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            trigger: `${CLOSED} .o_arrow_button_current[data-value=sent]`,
        },
        {
            content: "and comes back with the client's seal",
            trigger: "button[name=action_answer]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=answered_by] input",
            run: "edit Ms. Li",
        },
        {
            content: "attach the sealed copy",
            trigger: ".modal .o_field_many2many_binary .o_file_input_trigger",
            run() {
                const files = new DataTransfer();
                files.items.add(
                    new File(["%PDF-1.4\n%%EOF"], "sealed.pdf", {
                        type: "application/pdf",
                    })
                );
                const input = document.querySelector(
                    ".modal .o_field_many2many_binary input[type=file]"
                );
                input.files = files.files;
                input.dispatchEvent(new Event("change", {bubbles: true}));
            },
        },
        {
            trigger: ".modal .o_attachment:contains(sealed.pdf)",
        },
        {
            trigger: ".modal button[name=action_save]",
            run: "click",
        },
        {
            trigger: `${CLOSED} .o_arrow_button_current[data-value=confirmed]`,
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_manager_minds_own_receivables", {
    steps: () => [
        {
            content: "what the client owes, by days overdue",
            trigger: ".o_button_more",
            run: "click",
        },
        {
            trigger: ".o-dropdown--menu button[name=action_view_receivables]",
            run: "click",
        },
        {
            trigger: `${FIRST_ROW} td[name=days_overdue]:contains(40)`,
        },
        {
            content: "back to the client",
            trigger: `${FIRST_ROW} td[name=days_overdue]:contains(10)`,
            run: "click",
        },
        {
            trigger: ".o_form_view button[name=action_enter_promise]",
            run: "click",
        },
        ...enterPromise("500", "2026-11-30"),
        {
            trigger: `${CLOSED} .o_form_view button[name=action_enter_promise]`,
        },
    ],
});
