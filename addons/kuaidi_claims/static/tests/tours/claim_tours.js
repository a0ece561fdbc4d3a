import {choose, chooseInMenu} from "@kuaidi_key_account/../tests/tours/tour_steps";
import {registry} from "@web/core/registry";

/* Claims: taken in by phone, negotiated, approved, and paid by finance. */

const CLOSED = "body:not(:has(.modal))";
const OFFERS = ".o_field_widget[name=offer_ids]";

/** Waits until the form shows that a claim is in a state. */
function inState(state) {
    return `${CLOSED} .o_form_saved .o_arrow_button_current[data-value=${state}]`;
}

registry.category("web_tour.tours").add("kuaidi_officer_takes_a_claim_in", {
    steps: () => [
        {
            content: "a client is on the phone",
            trigger: ".o_list_view .o_list_button_add",
            run: "click",
        },
        ...choose(".o_field_widget[name=account_id]", "Haina Appliances"),
        {
            content: "the client of the account is filled in",
            trigger: ".o_field_widget[name=partner_id] input:value(Haina Appliances)",
        },
        {
            trigger: ".o_field_widget[name=waybill_number] input",
            run: "edit SD0009990001",
        },
        ...chooseInMenu(".o_field_widget[name=type]", "Damaged"),
        {
            trigger: ".o_field_widget[name=amount_claimed] input",
            run: "edit 900",
        },
        {
            trigger: ".o_field_widget[name=description] textarea",
            run: "edit The box fell off the belt.",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger: ".o_form_saved button[name=action_ask_evidence]",
            run: "click",
        },
        {
            content: "the form goes out with the list of papers",
            trigger: inState("evidence"),
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_officer_settles_a_claim", {
    steps: () => [
        {
            trigger: "a[name=settlement]",
            run: "click",
        },
        {
            content: "our offer is logged",
            trigger: `${OFFERS} .o_field_x2many_list_row_add a`,
            run: "click",
        },
        {
            trigger: `${OFFERS} .o_selected_row td[name=amount] input`,
            run: "edit 800",
        },
        {
            trigger: `${OFFERS} .o_selected_row td[name=note] input`,
            run: "edit Repair bill",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "the client accepts it",
            trigger: `.o_form_saved ${OFFERS} .o_data_row:contains(800) button[name=action_accept]`,
            run: "click",
        },
        {
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            trigger: inState("consensus"),
        },
        {
            content: "what the client owes is looked at before the report",
            trigger: "button[name=action_check_debts]",
            run: "click",
        },
        {
            trigger: ".o_form_saved .o_field_widget[name=date_debt_checked]",
        },
        {
            trigger: "button[name=action_make_report]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=course] textarea",
            run: "edit It fell off the belt.",
        },
        {
            trigger: ".o_field_widget[name=reason] textarea",
            run: "edit The repair bill says so.",
        },
        {
            trigger: "button[name=action_request_approval]",
            run: "click",
        },
        {
            trigger: inState("to_approve"),
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_claims_manager_approves", {
    steps: () => [
        {
            trigger: ".o_list_view .o_data_row:contains(Haina) td[name=number]",
            run: "click",
        },
        {
            trigger: ".o_form_view button[name=action_approve]",
            run: "click",
        },
        {
            trigger: inState("approved"),
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_finance_pays_a_claim", {
    steps: () => [
        {
            trigger: ".o_form_view button[name=action_open_payout]",
            run: "click",
        },
        {
            content: "it is set off against what the client owes",
            trigger: ".modal .o_field_widget[name=kind] input[data-value=setoff]",
            run: "click",
        },
        {
            content: "the oldest debts are proposed",
            trigger: ".modal .o_field_widget[name=debt_line_ids] .o_data_row",
        },
        {
            trigger: ".modal button[name=action_pay]",
            run: "click",
        },
        {
            content: "a colleague in finance decides on it",
            trigger: `${CLOSED} .o_arrow_button_current[data-value=to_approve]`,
        },
    ],
});
