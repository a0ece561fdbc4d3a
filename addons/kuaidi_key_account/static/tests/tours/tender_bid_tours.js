import {registry} from "@web/core/registry";

/* A sales person pastes the tender document, confirms its clauses, answers one, and
   looks for what would have the bid rejected. */

registry.category("web_tour.tours").add("kuaidi_sales_answers_requirements", {
    steps: () => [
        {
            trigger: "button[name=action_import_requirements]",
            run: "click",
        },
        {
            trigger: ".modal input[data-value=paste]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=text] textarea",
            run: (helpers) =>
                helpers.edit(
                    "3.1 ★投标人须持有《快递业务经营许可证》。\n3.2 省内次日达。"
                ),
        },
        {
            trigger: ".modal button[name=action_read]",
            run: "click",
        },
        {
            content: "the star is known",
            trigger:
                ".modal .o_data_row:contains(快递业务经营许可证) [name=is_mandatory] input:checked",
        },
        {
            content: "the second clause is dropped",
            trigger: ".modal .o_data_row:contains(省内次日达) .o_list_record_remove",
            run: "click",
        },
        {
            trigger: ".modal .o_list_renderer:not(:contains(省内次日达))",
        },
        {
            trigger: ".modal button[name=action_import]",
            run: "click",
        },
        {
            content: "an unanswered star is red",
            trigger: ".o_list_view .o_data_row.text-danger td[name=answer]",
            run: "click",
        },
        {
            trigger: ".o_list_view .o_selected_row [name=answer] textarea",
            run: "edit 我公司持有全国范围的许可证。",
        },
        {
            trigger: ".o_list_button_save",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(全国范围) button[name=action_answer]",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(全国范围) button[name=action_reopen]",
        },
        {
            trigger: ".o_breadcrumb .o_back_button a, .breadcrumb-item a:contains(TB-)",
            run: "click",
        },
        {
            trigger: "button[name=action_check_bid]",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains(was checked by nobody)",
        },
    ],
});

/* A sales person seals a bid against which nothing speaks. */

registry.category("web_tour.tours").add("kuaidi_sales_seals_bid", {
    steps: () => [
        {
            trigger: "button[name=action_check_bid]",
            run: "click",
        },
        {
            content: "nothing was found",
            trigger: ".o_view_nocontent",
        },
        {
            trigger: ".o_breadcrumb .o_back_button a, .breadcrumb-item a:contains(TB-)",
            run: "click",
        },
        {
            trigger: "button[name=action_seal]",
            run: "click",
        },
        {
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            trigger: "button[name=action_unseal]",
        },
    ],
});
