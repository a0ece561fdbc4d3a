import {choose} from "./tour_steps";
import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";
import {stopClock} from "./service_steps";

/* A special price on its way from the tariff to the approval. */

/** Opens our application, and in it an entry of the Contracts menu. */
function enterContractMenu(name) {
    return [
        ...stepUtils.goToAppSteps("kuaidi_key_account.menu_root"),
        {
            trigger: "button[data-menu-xmlid='kuaidi_key_account.menu_contract']",
            run: "click",
        },
        {
            trigger: `.dropdown-item[data-menu-xmlid='kuaidi_key_account.${name}']`,
            run: "click",
        },
    ];
}

registry.category("web_tour.tours").add("kuaidi_sales_quotes_special_price", {
    steps: () => [
        ...enterContractMenu("menu_price_agreements"),
        stopClock(),
        {
            trigger: ".o_list_button_add",
            run: "click",
        },
        ...choose(".o_field_widget[name=account_id]", "Haina Home"),
        {
            content: "the tariff is there, and what a kilogram costs",
            trigger: ".o_field_widget[name=calc_amount]:contains(8.00)",
        },
        {
            trigger: ".o_field_widget[name=discount_percent] input",
            run: "edit 25 && press Tab",
        },
        {
            content: "less at once, with the reason why somebody has to approve",
            trigger: ".o_field_widget[name=calc_amount]:contains(6.00)",
        },
        {
            trigger: ".alert:contains(Has to be approved by) :contains(CRM Centre)",
        },
        {
            content: "a heavier parcel",
            trigger: ".o_field_widget[name=calc_weight_kg] input",
            run: "edit 3 && press Tab",
        },
        {
            trigger: ".o_field_widget[name=calc_amount]:contains(9.00)",
        },
        {
            trigger: ".o_field_widget[name=request_reason] textarea",
            run: "edit 40,000 parcels a month, a competitor asks 6.20.",
        },
        ...stepUtils.saveForm(),
        {
            trigger: "button[name=action_request_approval]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current[data-value=to_approve]",
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_centre_approves_special_price", {
    steps: () => [
        ...enterContractMenu("menu_prices_to_approve"),
        stopClock(),
        {
            trigger: ".o_data_row .o_data_cell:contains(Haina Home)",
            run: "click",
        },
        {
            content: "who asks for what, and why",
            trigger: ".o_field_widget[name=request_reason]:contains(6.20)",
        },
        {
            trigger: ".alert:contains(25 % below the tariff)",
        },
        {
            trigger: "button[name=action_approve]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current[data-value=running]",
        },
    ],
});
