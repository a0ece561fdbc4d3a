import {chooseInMenu} from "./tour_steps";
import {registry} from "@web/core/registry";

/* Contracts: drawn up, checked, requested, approved and signed. */

const CHECKS = ".o_field_widget[name=check_ids]";

registry.category("web_tour.tours").add("kuaidi_manager_requests_contract", {
    steps: () => [
        {
            content: "what the client and we have agreed",
            trigger: "a[name=money]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=amount_total] input",
            run: "edit 120000",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger: ".o_form_saved",
        },
        {
            content: "the answers are asked for before anybody approves",
            trigger: "a[name=review]",
            run: "click",
        },
        {
            content: "one question is still open",
            trigger: `${CHECKS} .o_data_row:first-child td[name=answer]`,
            run: "click",
        },
        ...chooseInMenu(`${CHECKS} .o_selected_row td[name=answer]`, "In Order"),
        {
            trigger: `${CHECKS} .o_selected_row td[name=remark] input`,
            run: "edit Compared with the draft",
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

registry.category("web_tour.tours").add("kuaidi_centre_approves_contract", {
    steps: () => [
        {
            trigger: ".o_data_row:contains(Haina Home) td[name=number]",
            run: "click",
        },
        {
            content: "the concern of the review is told on the page",
            trigger: ".alert:contains(Concerns of the review)",
        },
        {
            trigger: "button[name=action_approve]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current[data-value=approved]",
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_manager_signs_contract", {
    steps: () => [
        {
            trigger: "button[name=action_sign]",
            run: "click",
        },
        {
            content: "the copy that was attached before is there",
            trigger: ".modal .o_attachment:contains(signed.pdf)",
        },
        {
            trigger: ".modal .o_field_widget[name=original_location] input",
            run: "edit Archive B 3",
        },
        {
            trigger: ".modal button[name=action_confirm]",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_arrow_button_current[data-value=running]",
        },
        {
            content: "its first term has begun",
            trigger: "a[name=terms]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=term_ids] .o_data_row:contains(First Term)",
        },
        {
            content: "a change makes a new version",
            trigger: "button[name=action_amend]",
            run: "click",
        },
        {
            trigger: ".alert:contains(takes the place of the former one)",
        },
        {
            trigger: "a[name=changes]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=changes]:contains(Nothing changes.)",
        },
    ],
});
