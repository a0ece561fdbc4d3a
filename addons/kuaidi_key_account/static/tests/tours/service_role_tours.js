import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";
import {enterServiceMenu, openServiceMenu} from "./service_steps";
import {choose} from "./tour_steps";

/* What those see who serve a client, or look after all of them, without planning:
   everything they may read, and no button that they may not press. */

const LINES = ".o_field_widget[name=line_ids]";

/** Matches a page without the buttons of these names. */
function without(...names) {
    return "body" + names.map((name) => `:not(:has(button[name=${name}]))`).join("");
}

const READ_PLAN = [
    ...enterServiceMenu("menu_service_plans"),
    {
        content: "nobody makes a plan here without being its manager",
        trigger: "body:not(:has(.o_list_button_add)) .o_data_row:contains(Haina Home)",
    },
    {
        trigger: ".o_data_row:contains(Haina Home) td[name=account_id]",
        run: "click",
    },
    {
        trigger: ".o_arrow_button_current[data-value=published]",
    },
    {
        content: "the plan is neither revised nor closed nor sent",
        trigger: without("action_revise", "action_close", "action_send_client_copy"),
    },
];

const READ_VISIT = [
    ...openServiceMenu("menu_visits"),
    {
        trigger: ".o_data_row:contains(Agree on the spring volume) td[name=purpose]",
        run: "click",
    },
    {
        content: "somebody else's log is read, not changed",
        trigger:
            ".o_form_view .o_field_widget[name=purpose]:not(:has(input)):contains(Agree on the spring volume)",
    },
    {
        trigger: ".o_field_widget[name=reaction].o_readonly_modifier",
    },
];

const READ_REPORT = [
    ...openServiceMenu("menu_service_report"),
    {
        trigger: ".o_pivot:contains(Site visit by the account manager)",
    },
];

registry.category("web_tour.tours").add("kuaidi_finance_reads_service", {
    url: "/odoo",
    steps: () => [
        ...READ_PLAN,
        {
            content: "no line is for finance to complete",
            trigger: `${LINES}:has(.o_data_row):not(:has(button[name=action_done])):not(:has(button[name=action_log_visit]))`,
        },
        ...READ_VISIT,
        ...READ_REPORT,
        ...openServiceMenu("menu_problems"),
        {
            content: "each problem is its owner's to close",
            trigger:
                ".o_list_view:not(:has(button[name=action_open_close])) .o_data_row:contains(Pickup comes late)",
        },
        {
            content: "but finance raises problems with every client",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=name] input",
            run: "edit Bills lack the order number",
        },
        ...choose(".o_field_widget[name=account_id]", "Haina Home"),
        ...stepUtils.saveForm(),
        {
            content: "the account manager sees to it, whose buttons they are",
            trigger: without("action_done", "action_cancel"),
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_sales_reads_service", {
    url: "/odoo",
    steps: () => [
        ...READ_PLAN,
        {
            content: "of others' lines there is nothing to press",
            trigger: `${LINES} .o_data_row:contains(Client analysis report):not(:has(button))`,
        },
        {
            content: "complete the one that is for sales",
            trigger: `${LINES} .o_data_row:contains(Quote for the southern lines) button[name=action_done]`,
            run: "click",
        },
        {
            trigger: `${LINES} .o_data_row:contains(Quote for the southern lines):contains(Done):not(:has(button))`,
        },
        ...READ_VISIT,
        ...READ_REPORT,
        ...openServiceMenu("menu_visit_gap"),
        {
            content: "the client was visited in time",
            trigger: ".o_view_nocontent:contains(visited in time)",
        },
    ],
});
