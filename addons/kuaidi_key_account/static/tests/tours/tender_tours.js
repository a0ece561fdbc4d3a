import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";
import {choose} from "./tour_steps";

/* A sales person enters a tender from its notice, reads it, and decides to bid. */

registry.category("web_tour.tours").add("kuaidi_sales_decides_to_bid", {
    steps: () => [
        ...stepUtils.goToAppSteps("kuaidi_key_account.menu_root"),
        {
            trigger: "button[data-menu-xmlid='kuaidi_key_account.menu_tender']",
            run: "click",
        },
        {
            trigger:
                ".dropdown-item[data-menu-xmlid='kuaidi_key_account.menu_tenders']",
            run: "click",
        },
        {
            trigger: ".o_kanban_view .o-kanban-button-new",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=name] :is(input, textarea)",
            run: "edit National parcel service",
        },
        ...choose(".o_field_widget[name=partner_id]", "Donghai Power"),
        {
            trigger: ".o_field_widget[name=reference] input",
            run: "edit ZB-2026-017",
        },
        {
            trigger: ".o_field_widget[name=is_mandatory] input",
            run: "click",
        },
        {
            content: "the deadline of the notice",
            trigger: ".o_field_widget[name=date_deadline] :is(input, button)",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=date_deadline] input",
            run: "edit 2026-04-15 12:00:00 && press Enter",
        },
        {
            trigger: ".o_field_widget[name=date_sale_from] :is(input, button)",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=date_sale_from] input",
            run: "edit 2026-03-30 && press Enter",
        },
        {
            trigger: "button[name=action_qualify]",
            run: "click",
        },
        {
            content: "too short a time is told with its article",
            trigger: "[name=dates_broken]:contains(article 24)",
        },
        {
            content: "the clock runs",
            trigger: ".o_field_widget[name=time_left]:contains(36 days)",
        },
        {
            trigger: "a.nav-link[name=decision]",
            run: "click",
        },
        {
            content: "nothing is decided unread",
            trigger: "button[name=action_open_decide]:contains(Decide)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=check_open_count]:contains(1)",
        },
        {
            trigger: ".modal .o_field_widget[name=note] textarea",
            run: "edit A client that we want",
        },
        {
            trigger: ".modal button[name=action_decide]",
            run: "click",
        },
        {
            trigger: ".modal:contains(Before it is decided to bid)",
        },
        {
            trigger:
                ".modal:contains(Before it is decided to bid) .modal-footer button",
            run: "click",
        },
        {
            trigger:
                ".modal:not(:contains(Before it is decided)) button[special=cancel]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
        {
            trigger:
                ".o_field_widget[name=check_ids] .o_data_row:first .o_data_cell[name=answer]",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name=check_ids] .o_field_widget[name=answer] textarea",
            run: "edit The committee of five",
        },
        {
            trigger: "button[name=action_open_decide]:contains(Decide)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=check_open_count]:contains(0)",
        },
        {
            trigger: ".modal .o_field_widget[name=note] textarea",
            run: "edit A client that we want",
        },
        {
            trigger: ".modal button[name=action_decide]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current:contains(In Preparation)",
        },
    ],
});
