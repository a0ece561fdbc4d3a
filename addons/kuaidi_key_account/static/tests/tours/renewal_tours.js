import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

/* A sales person takes a contract from coming up for renewal to the next one. */

registry.category("web_tour.tours").add("kuaidi_sales_renews_contract", {
    steps: () => [
        ...stepUtils.goToAppSteps("kuaidi_key_account.menu_root"),
        {
            trigger: "button[data-menu-xmlid='kuaidi_key_account.menu_contract']",
            run: "click",
        },
        {
            trigger:
                ".dropdown-item[data-menu-xmlid='kuaidi_key_account.menu_renewals']",
            run: "click",
        },
        {
            content: "the card says how many days are left",
            trigger: ".o_kanban_record:contains(Haina Appliances):contains(46 days)",
            run: "click",
        },
        {
            content: "what is known of the client stands on one page",
            trigger:
                ".o_field_widget[name=dossier]:contains(Quality, complaints and claims)",
        },
        {
            trigger: "a.nav-link[name=evaluation]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=evaluation] textarea",
            run: "edit Stays, if prices hold.",
        },
        {
            trigger: "button[name=action_evaluate]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains(Evaluated)",
        },
        {
            trigger: "a.nav-link[name=proposal]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=proposal] textarea",
            run: "edit Two years at the same prices.",
        },
        {
            trigger: ".o_field_widget[name=amount_expected] input",
            run: "edit 60000",
        },
        {
            trigger: "button[name=action_negotiate]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains(Negotiating)",
        },
        {
            content: "what was agreed goes on the negotiation sheet",
            trigger: "a.nav-link[name=negotiation]",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name=position_ids] .o_data_row:first .o_data_cell[name=agreement]",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name=position_ids] .o_field_widget[name=agreement] input",
            run: "edit As before",
        },
        {
            trigger: "button[name=action_renew]",
            run: "click",
        },
        {
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "the contract of the next term is open, a draft",
            trigger: ".o_field_widget[name=date_from]",
        },
        {
            content: "back at the renewal",
            trigger: ".breadcrumb-item a:contains(Haina Appliances), .o_back_button",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains(Renewed)",
        },
    ],
});
