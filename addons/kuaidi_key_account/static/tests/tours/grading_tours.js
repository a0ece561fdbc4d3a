import {choose} from "./tour_steps";
import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("kuaidi_manager_proposes_star", {
    url: "/odoo/star-ratings/new",
    steps: () => [
        ...choose(".o_field_widget[name=account_id]", "Haina Appliances"),
        {
            content: "on what it is expected to bring in",
            trigger: ".o_field_widget[name=basis] input[data-value=expected]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=amount_revenue] input",
            run: "edit 1200000",
        },
        {
            trigger: ".o_field_widget[name=term_months] input",
            run: "edit 24",
        },
        {
            content: "the star follows while one types",
            trigger:
                ".o_field_widget[name=stars] .o_kuaidi_stars_filled:contains(/^★★★★$/)",
        },
        {
            trigger: "button[name=action_request_approval]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current[data-value=to_approve]",
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_centre_grades_and_approves", {
    url: "/odoo/action-kuaidi_key_account.kuaidi_star_grading_action",
    steps: () => [
        {
            trigger: ".modal button[name=action_preview]",
            run: "click",
        },
        {
            content: "the preview says who moves and why",
            trigger:
                ".modal .o_data_row:contains(Haina Appliances):contains(600,000.00)",
        },
        {
            trigger: ".modal button[name=action_propose]",
            run: "click",
        },
        {
            content: "the grading leads to its proposals",
            trigger:
                "body:not(:has(.modal)) button[name=action_view_proposals]:has([name=proposal_count])",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row:contains(Haina Appliances)",
        },
        {
            content: "approve all of them at once",
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_control_panel button[name=action_approve]",
            run: "click",
        },
        {
            trigger:
                ".o_data_row:contains(Haina Appliances) td[name=state] .text-bg-success",
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_centre_tries_thresholds", {
    url: "/odoo/action-kuaidi_key_account.kuaidi_star_what_if_action",
    steps: () => [
        {
            content: "nobody moves under the present thresholds",
            trigger: ".modal .o_field_widget[name=moved_count]:contains(0)",
        },
        {
            trigger: ".modal .o_data_row:contains(500,000.00) td[name=amount_trial]",
            run: "click",
        },
        {
            trigger: ".modal .o_selected_row td[name=amount_trial] input",
            run: "edit 700000",
        },
        {
            content: "the client would lose its fourth star",
            trigger: ".modal .modal-body p",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=moved_count]:contains(1)",
        },
        {
            trigger: ".modal button[special=cancel]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal))",
        },
    ],
});
