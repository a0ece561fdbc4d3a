import {chooseInMenu} from "./tour_steps";
import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";
import {inputFiles} from "@web/../tests/utils";

/* The desk, imported figures, monthly analyses and alerts. */

const FIGURES = [
    "客户编号,月份,票数,晚点",
    'KA-TOUR-1,2026年2月,"1,200",12',
    "KA-TOUR-1,2026年1月,1100,9",
    "KA-NOBODY,2026年2月,500,1",
    "KA-TOUR-1,2025年12月,10,11",
].join("\n");

registry.category("web_tour.tours").add("kuaidi_manager_starts_the_day", {
    steps: () => [
        {
            content: "what is planned this week",
            trigger: ".o_kuaidi_desk [data-tile=lines] a[data-kind=open]",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_data_row",
        },
        {
            content: "one step back is the desk",
            trigger: ".breadcrumb-item a:contains(Desk), .o_back_button",
            run: "click",
        },
        {
            content: "look at all clients",
            trigger: ".o_kuaidi_desk button:contains(All clients)",
            run: "click",
        },
        {
            trigger: ".o_kuaidi_desk button.active:contains(All clients)",
        },
        {
            content: "who needs me",
            trigger: ".o_kuaidi_desk .list-group-item:contains(Haina Home)",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=partner_id]",
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_centre_imports_figures", {
    steps: () => [
        ...stepUtils.goToAppSteps("kuaidi_key_account.menu_root"),
        {
            trigger: "button[data-menu-xmlid='kuaidi_key_account.menu_insight']",
            run: "click",
        },
        {
            trigger:
                ".dropdown-item[data-menu-xmlid='kuaidi_key_account.menu_import_figures']",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=file]",
            async run() {
                const file = new File([FIGURES], "figures.csv", {type: "text/csv"});
                await inputFiles(".modal .o_field_widget[name=file] input[type=file]", [
                    file,
                ]);
            },
        },
        {
            trigger: ".modal button[name=action_read]:visible",
            run: "click",
        },
        {
            content: "both bad rows are named with their reason",
            trigger:
                ".modal .o_field_widget[name=bad_row_ids]:has(.o_data_row:nth-child(2)):contains(KA-NOBODY)",
        },
        {
            trigger: ".modal .nav-link[name=preview]",
            run: "click",
        },
        {
            content: "the first rows say which month they are for",
            trigger:
                ".modal .o_field_widget[name=preview_ids] td[name=month]:contains(/^Feb 2026$/)",
        },
        {
            trigger: ".modal button[name=action_import_good]",
            run: "click",
        },
        {
            trigger: ".modal:contains(The bad rows are left out) .btn-primary",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_view_figures]:visible",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_data_row td[name=month]:contains(/^Feb 2026$/)",
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_centre_corrects_month_in_chinese", {
    steps: () => [
        {
            trigger: ".o_data_row td[name=month]:contains(/^2026年2月$/)",
            run: "click",
        },
        {
            trigger: ".o_selected_row td[name=month] input:value(2026年2月)",
            run: "click",
        },
        {
            content: "months are there to choose from, and no days",
            trigger: ".o_datetime_picker .o_date_item_cell:contains(/^1月$/)",
            run: "click",
        },
        {
            trigger: ".o_selected_row td[name=month] input:value(2026年1月)",
        },
        {
            trigger: ".o_list_button_save:visible",
            run: "click",
        },
        {
            trigger:
                ".o_data_row:not(.o_selected_row) td[name=month]:contains(/^2026年1月$/)",
            run: "click",
        },
        {
            content: "a day that is typed stands for its month",
            trigger: ".o_selected_row td[name=month] input:value(2026年1月)",
            run: "edit 2025-12-15",
        },
        {
            trigger: ".o_list_button_save:visible",
            run: "click",
        },
        {
            trigger:
                ".o_data_row:not(.o_selected_row) td[name=month]:contains(/^2025年12月$/)",
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_manager_sends_analysis", {
    steps: () => [
        {
            trigger: ".o_field_widget[name=note_action] textarea",
            run: "edit Visit the logistics director by 12 March.",
        },
        {
            trigger: "button[name=action_complete]",
            run: "click",
        },
        {
            trigger: "button[name=action_send]",
            run: "click",
        },
        {
            trigger: ".modal:contains(Its figures stand from then on) .btn-primary",
            run: "click",
        },
        {
            trigger: ".o_arrow_button_current[data-value=sent]",
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_manager_saves_client", {
    steps: () => [
        {
            trigger: ".o_field_widget[name=rescue_plan] textarea",
            run: "edit Two trucks more at night, price held until June.",
        },
        {
            trigger: "button[name=action_open_close]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=result] input[data-value=saved]",
            run: "click",
        },
        ...chooseInMenu(".modal .o_field_widget[name=cause]", "Service Quality"),
        {
            trigger:
                ".modal .o_field_widget[name=lesson] textarea, .modal .o_field_widget[name=lesson] input",
            run: "edit Ask about the night before they complain.",
        },
        {
            trigger: ".modal button[name=action_close]",
            run: "click",
        },
        {
            trigger:
                "body:not(:has(.modal)) .o_arrow_button_current[data-value=closed]",
        },
    ],
});
