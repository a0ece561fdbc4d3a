import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";
import {answered, choose} from "./tour_steps";
import {enterServiceMenu, stopClock} from "./service_steps";

/* Service plans: made, approved, moved and revised. */

const LINES = ".o_field_widget[name=line_ids]";
const PUBLISH = [
    {
        trigger: "button[name=action_publish]",
        run: "click",
    },
    {
        content: "the question before it says what will happen",
        trigger: ".modal:contains(Bring this plan into force?) .btn-primary",
        run: "click",
    },
    {
        trigger: "body:not(:has(.modal)) .o_arrow_button_current[data-value=published]",
    },
];

registry.category("web_tour.tours").add("kuaidi_manager_publishes_plan", {
    steps: () => [
        {
            content: "one click makes the plan",
            trigger: "button[name=action_new_plan]",
            run: "click",
        },
        {
            content: "move the second line",
            trigger: `${LINES} .o_data_row:nth-child(2) td[name=date_finish]`,
            run: "click",
        },
        {
            trigger: `${LINES} .o_selected_row td[name=date_finish] input`,
            run: "edit 03/12/2026",
        },
        {
            content: "the deputy does it",
            trigger: `${LINES} .o_selected_row td[name=handler_id] input`,
            run: "click",
        },
        ...choose(`${LINES} .o_selected_row td[name=handler_id]`, "kuaidi_manager_2"),
        {
            content: "more than the standard is free",
            trigger: `${LINES} .o_field_x2many_list_row_add a`,
            run: "click",
        },
        {
            content: "the new line is below those that have a service",
            trigger: `${LINES} .o_selected_row:has(td[name=type_id] input:value(/^$/)) td[name=date_finish] input`,
            run: "edit 03/18/2026",
        },
        ...choose(`${LINES} .o_selected_row td[name=type_id]`, "Training or seminar"),
        {
            trigger: `${LINES} .o_selected_row td[name=name] input`,
            run: "edit Packing of fragile goods",
        },
        ...PUBLISH,
    ],
});

registry.category("web_tour.tours").add("kuaidi_manager_requests_plan_approval", {
    steps: () => [
        {
            content: "the page says what is missing",
            trigger: ".alert:contains(Below the standard of the star)",
        },
        {
            trigger: "body:not(:has(button[name=action_publish]))",
        },
        {
            content: "without a reason nobody can decide",
            trigger: "button[name=action_request_approval]",
            run: "click",
        },
        {
            trigger: ".modal:contains(Say why) .btn-primary",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_field_widget[name=shortfall_reason] textarea",
            run: "edit Their warehouse is closed until autumn",
        },
        {
            trigger: "button[name=action_request_approval]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current[data-value=to_approve]",
        },
        {
            content: "nobody approves an own request",
            trigger: "body:not(:has(button[name=action_approve]))",
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_centre_approves_plan", {
    url: "/odoo/service-plans-to-approve",
    steps: () => [
        {
            trigger: ".o_data_row:contains(Haina Home) td[name=account_id]",
            run: "click",
        },
        {
            content: "the reason stands beside what is missing",
            trigger:
                ".o_field_widget[name=shortfall_reason]:contains(Their warehouse is closed)",
        },
        {
            trigger: "button[name=action_approve]",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current[data-value=published]",
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_manager_moves_late_lines", {
    url: "/odoo/late-plan-lines",
    steps: () => [
        {
            content: "late lines stand under their handlers",
            trigger: ".o_group_header:contains(kuaidi_manager)",
        },
        {
            trigger:
                ".o_data_row:contains(Site visit by the account manager) .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_control_panel button:contains(Give or Move)",
            run: "click",
        },
        {
            content: "the next working day is proposed",
            trigger: ".modal .o_field_widget[name=date] button:contains(Mar 3)",
        },
        {
            trigger: ".modal .o_field_widget[name=date] button",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=date] input",
            run: "edit 03/05/2026",
        },
        {
            trigger: ".modal button[name=action_apply]",
            run: "click",
        },
        {
            content: "it is late no more",
            trigger:
                "body:not(:has(.modal)):not(:has(.o_data_row:contains(Site visit))) .o_list_view",
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_manager_moves_line_in_calendar", {
    url: "/odoo",
    steps: () => [
        stopClock(),
        ...enterServiceMenu("menu_plan_lines"),
        {
            content: "open a line, and put it right on its form",
            trigger: ".fc-event:contains(Visit with the head of sales)",
            run: "click",
        },
        {
            trigger: ".o_cw_popover .o_cw_popover_edit",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=date_finish] button",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=date_finish] input",
            run: "edit 03/24/2026",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            trigger:
                ".fc-daygrid-day[data-date='2026-03-24'] .fc-event:contains(Visit with the head of sales)",
        },
        {
            content: "drag another one to its day",
            trigger: ".fc-event:contains(Packing of fragile goods)",
            // the event moves at once, whatever becomes of it
            async run({drag_and_drop}) {
                const moved = answered("write");
                await drag_and_drop(".fc-daygrid-day[data-date='2026-03-20']", {
                    position: "center",
                });
                await moved;
            },
        },
        {
            trigger:
                ".fc-daygrid-day[data-date='2026-03-20'] .fc-event:contains(Packing of fragile goods)",
        },
        {
            content: "the list knows it, too",
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(Packing of fragile goods):contains(Mar 20)",
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_manager_revises_plan", {
    steps: () => [
        {
            trigger: "button[name=action_revise]",
            run: "click",
        },
        {
            content: "the new version says that it takes the place of the former one",
            trigger: ".alert:contains(takes the place of the former one)",
        },
        {
            content: "move a meeting",
            trigger: `${LINES} .o_data_row:contains(Packing of fragile goods) td[name=date_finish]`,
            run: "click",
        },
        {
            trigger: `${LINES} .o_selected_row td[name=date_finish] input`,
            run: "edit 04/09/2026",
        },
        ...stepUtils.saveForm(),
        {
            trigger: ".nav-link[name=changes]",
            run: "click",
        },
        {
            content: "read what changed",
            trigger:
                ".o_field_widget[name=changes]:contains(Moved: Packing of fragile goods from 03/18/2026 to 04/09/2026)",
        },
        ...PUBLISH,
        {
            content: "the former version stays readable",
            trigger: "button[name=action_view_former]",
            run: "click",
        },
        {
            trigger: ".ribbon:contains(Superseded)",
        },
        {
            trigger: `${LINES} .o_data_row:contains(Packing of fragile goods) td[name=date_finish]:contains(Mar 18)`,
        },
    ],
});
