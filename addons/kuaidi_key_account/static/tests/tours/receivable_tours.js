import {registry} from "@web/core/registry";

/* Receivables: the statements at the end of the month. */

const FIRST_ROW = ".o_list_view .o_data_row:contains(Haina Appliances)";
const CLOSED = "body:not(:has(.modal))";

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
