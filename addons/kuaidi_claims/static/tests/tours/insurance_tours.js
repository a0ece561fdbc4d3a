import {registry} from "@web/core/registry";

/* An insurer's case: from the notice to its word, and the money by finance. */

const CLOSED = "body:not(:has(.modal))";

/** Waits until the form shows that a case is in a state. */
function inState(state) {
    return `${CLOSED} .o_form_saved .o_arrow_button_current[data-value=${state}]`;
}

/** Answers in the wizard that a button opens. */
function answer(button, steps) {
    return [
        {
            trigger: `${CLOSED} .o_form_saved button[name=${button}]`,
            run: "click",
        },
        ...steps,
        {
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
    ];
}

registry.category("web_tour.tours").add("kuaidi_officer_leads_an_insurance_case", {
    steps: () => [
        {
            trigger: ".o_form_view button[name=action_open_insurance_case]",
            run: "click",
        },
        {
            content: "claim, policy and figures are filled in",
            trigger: ".o_field_widget[name=amount_insured] input:value(10,000.00)",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger: ".o_form_saved button[name=action_notify]",
            run: "click",
        },
        {
            trigger: `${inState("notified")}`,
        },
        {
            trigger: "button[name=action_inspect]",
            run: "click",
        },
        {
            trigger: inState("inspection"),
        },
        ...answer("action_open_papers", [
            {
                trigger: ".modal .o_field_widget[name=note] textarea",
                run: "edit Police report and repair bill",
            },
        ]),
        {
            trigger: inState("papers"),
        },
        {
            trigger: "button[name=action_submit_papers]",
            run: "click",
        },
        {
            trigger: inState("decision"),
        },
        ...answer("action_open_agree", [
            {
                trigger: ".modal .o_field_widget[name=amount] input",
                run: "edit 1700",
            },
        ]),
        {
            content: "finance books what the insurer owes",
            trigger: inState("agreed"),
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_finance_books_an_insurer", {
    steps: () => [
        {
            trigger: ".o_form_view button[name=action_open_payment]",
            run: "click",
        },
        {
            content: "all that is owed is proposed",
            trigger: ".modal .o_field_widget[name=amount] input:value(1,700.00)",
        },
        {
            trigger: ".modal button[name=action_book]",
            run: "click",
        },
        {
            content: "the entry is posted",
            trigger: `${CLOSED} .o_arrow_button_current[data-value=posted]`,
        },
    ],
});
