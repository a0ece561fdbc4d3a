import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";
import {enterServiceMenu, stopClock} from "./service_steps";
import {choose} from "./tour_steps";

/* Visits, calls, problems and occasions. */

/** Adds a line to the list field and goes to the given one of its inputs. */
function addLine(field, input) {
    return [
        {
            trigger: `.o_field_widget[name=${field}] .o_field_x2many_list_row_add a`,
            run: "click",
        },
        {
            trigger: `.o_field_widget[name=${field}] .o_selected_row td[name=${input}] input`,
            run: "click",
        },
    ];
}

/** Locks the phone: the browser hides the page. */
function lockPhone() {
    Object.defineProperty(document, "visibilityState", {
        configurable: true,
        value: "hidden",
    });
    document.dispatchEvent(new Event("visibilitychange"));
    delete document.visibilityState;
}

registry.category("web_tour.tours").add("kuaidi_manager_logs_visit_of_meeting", {
    url: "/odoo",
    steps: () => [
        stopClock(),
        ...stepUtils.goToAppSteps("calendar.mail_menu_calendar"),
        {
            content: "the meeting is over",
            trigger: ".fc-event:contains(Talk about volume)",
            run: "click",
        },
        {
            trigger: ".o_cw_popover .o_cw_popover_edit",
            run: "click",
        },
        {
            trigger: "button[name=action_log_visit]:contains(Log Visit)",
            run: "click",
        },
        {
            content: "client, person and length are there",
            trigger: ".o_field_widget[name=contact_ids] .o_tag:contains(Chen Wei)",
        },
        {
            trigger: ".o_field_widget[name=duration_minutes] input:value(60)",
        },
        {
            trigger:
                ".o_field_widget[name=reaction] .o_selection_badge:contains(Discontent)",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=reaction_note] textarea",
            run: "edit The pallets arrive wet",
        },
        ...addLine("problem_ids", "name"),
        {
            trigger: ".o_selected_row td[name=name] input",
            run: "edit Pallets arrive wet",
        },
        ...choose(".o_selected_row td[name=owner_id]", "kuaidi_operator"),
        {
            trigger: ".nav-link[name=gifts]",
            run: "click",
        },
        ...addLine("gift_ids", "partner_id"),
        ...choose(".o_selected_row td[name=partner_id]", "Chen Wei"),
        {
            trigger: ".o_selected_row td[name=name] input",
            run: "edit Tea",
        },
        {
            trigger: ".o_selected_row td[name=amount] input",
            run: "edit 80",
        },
        ...stepUtils.saveForm(),
        {
            content: "within the ceiling the gift needs nobody's word",
            trigger:
                ".o_field_widget[name=gift_ids] .o_data_row:contains(Tea):contains(Approved)",
        },
        {
            content: "back to the meeting, which knows its visit now",
            trigger: ".o_breadcrumb a:contains(Talk about volume)",
            run: "click",
        },
        {
            trigger: "button[name=action_log_visit]:contains(Visit Logged)",
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_manager_logs_call_on_phone", {
    steps: () => [
        {
            trigger: "button[name=action_log_call]",
            run: "click",
        },
        {
            content: "the client is known, three fields are left: with whom",
            trigger: ".modal .o_field_widget[name=contact_ids] input",
            run: "click",
        },
        {
            trigger: ".modal:contains(Search) .o_kanban_record:contains(Chen Wei)",
            run: "click",
        },
        {
            content: "how the client reacted",
            trigger:
                ".modal:not(.o_inactive_modal) .o_field_widget[name=reaction] .o_selection_badge:contains(Pleased):last",
            run: "click",
        },
        {
            content: "what was said",
            trigger: ".modal .o_field_widget[name=reaction_note] textarea",
            run: "edit Expects 400 pieces more from April",
        },
        {
            trigger: ".modal footer .btn-primary:contains(Save)",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_form_view",
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_manager_opens_log_on_phone", {
    steps: () => [
        {
            content: "the line is opened on the way to the client",
            trigger: "button[name=action_log_visit]",
            run: "click",
        },
        {
            content: "nothing is written yet when the phone is locked",
            trigger: ".o_field_widget[name=reaction]",
            run: lockPhone,
        },
        {
            trigger: ".o_form_button_cancel",
            run: "click",
        },
        {
            trigger: "button[name=action_log_visit]",
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_manager_begins_log_on_phone", {
    steps: () => [
        {
            trigger: "button[name=action_log_visit]",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name=reaction] .o_selection_badge:contains(Delighted)",
            run: "click",
        },
        {
            content: "what has been begun is kept when the phone is locked",
            trigger: ".o_field_widget[name=reaction] .active:contains(Delighted)",
            run: lockPhone,
        },
        {
            trigger:
                ".o_form_view:has(.o_field_widget[name=reaction]):not(:has(.o_form_status_indicator_new_record))",
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_operator_closes_problem", {
    url: "/odoo",
    steps: () => [
        ...enterServiceMenu("menu_problems"),
        {
            content: "of somebody else's problem there is nothing to press",
            trigger:
                ".o_data_row:contains(Labels fall off):not(:has(button[name=action_open_close]))",
        },
        {
            trigger:
                ".o_data_row:contains(Pickup comes late) button[name=action_open_close]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=result] textarea",
            run: "edit A second van since Monday",
        },
        {
            trigger: ".modal button[name=action_done]",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)):not(:has(.o_data_row:contains(Pickup comes late))) .o_data_row:contains(Labels fall off)",
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_operator_sees_open_problems", {
    steps: () => [
        {
            trigger: "button[name=action_log_visit]",
            run: "click",
        },
        {
            trigger: ".nav-link[name=open_problems]",
            run: "click",
        },
        {
            content: "the solved problem is gone, the other one will be asked for",
            trigger:
                ".o_field_widget[name=open_problem_ids]:not(:contains(Pickup comes late)):contains(Labels fall off)",
        },
        {
            trigger: ".o_form_button_cancel",
            run: "click",
        },
        {
            trigger: "button[name=action_log_visit]",
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_manager_keeps_occasion", {
    url: "/odoo",
    steps: () => [
        ...enterServiceMenu("menu_occasions"),
        {
            content: "nothing to come yet: enter the first one",
            trigger: ".o_list_button_add",
            run: "click",
        },
        ...choose(".o_field_widget[name=account_id]", "Haina Home"),
        ...choose(".o_field_widget[name=partner_id]", "Chen Wei"),
        {
            trigger: ".o_field_widget[name=date] input",
            run: "edit 03/09/1980",
        },
        ...stepUtils.saveForm(),
        {
            trigger: ".o_breadcrumb a:contains(Occasions)",
            run: "click",
        },
        {
            content: "it stands among those of the coming month",
            trigger: ".o_facet_value:contains(Coming Month)",
        },
        {
            trigger: ".o_data_row:contains(Birthday of Chen Wei):contains(Mar 9)",
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_manager_completes_occasion", {
    steps: () => [
        {
            content: "the reminder stands on the client's file",
            trigger: ".o-mail-Activity:contains(Birthday of Chen Wei)",
        },
        {
            trigger:
                ".o-mail-Activity:contains(Birthday of Chen Wei) .o-mail-Activity-markDone",
            run: "click",
        },
        {
            trigger: ".o-mail-ActivityMarkAsDone textarea",
            run: "edit Sent a card",
        },
        {
            trigger: ".o-mail-ActivityMarkAsDone button[aria-label='Done']",
            run: "click",
        },
        {
            trigger:
                ".o-mail-Chatter:not(:has(.o-mail-Activity)):contains(Sent a card)",
        },
    ],
});
