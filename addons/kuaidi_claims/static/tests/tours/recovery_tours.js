import {chooseInMenu} from "@kuaidi_key_account/../tests/tours/tour_steps";
import {registry} from "@web/core/registry";

/* A recovery: demanded from the branch that answers, settled, and booked by finance. */

/** Waits until the form shows that a recovery is in a state. */
function inState(state) {
    return `.o_form_saved .o_arrow_button_current[data-value=${state}]`;
}

registry.category("web_tour.tours").add("kuaidi_officer_recovers_a_loss", {
    steps: () => [
        {
            content: "the claim leads to its recoveries",
            trigger: ".o_form_view button[name=action_view_recoveries]",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_list_button_add",
            run: "click",
        },
        {
            content: "what the client got is proposed",
            trigger: ".o_field_widget[name=amount_demanded] input:value(1,492.80)",
        },
        ...chooseInMenu(".o_field_widget[name=target]", "Outlet of the Network"),
        {
            trigger: ".o_field_widget[name=department_id] input",
            run: "edit Lanzhou",
        },
        {
            trigger: ".o-autocomplete--dropdown-item a:contains(Lanzhou)",
            run: "click",
        },
        {
            content: "an outlet pays by whom it is settled with",
            trigger: ".o_field_widget[name=debtor_id]:contains(Lanzhou Ltd.)",
        },
        {
            trigger: ".o_field_widget[name=cause] textarea",
            run: "edit Lost on the truck that it hired",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger: ".o_form_saved button[name=action_demand]",
            run: "click",
        },
        {
            trigger: inState("demanded"),
        },
        {
            trigger: ".o_field_widget[name=amount_agreed] input",
            run: "edit 1400",
        },
        {
            trigger: "a[name=result]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=result] textarea",
            run: "edit Agreed by phone and confirmed by mail",
        },
        {
            trigger: "button[name=action_agree]",
            run: "click",
        },
        {
            content: "finance books what is owed",
            trigger: inState("agreed"),
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_finance_books_a_recovery", {
    steps: () => [
        {
            trigger: ".o_form_view button[name=action_book]",
            run: "click",
        },
        {
            content: "the entry is posted",
            trigger: ".o_arrow_button_current[data-value=posted]",
        },
    ],
});
