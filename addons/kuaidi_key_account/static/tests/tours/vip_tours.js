import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("kuaidi_manager_establishes_vip", {
    url: "/odoo/key-account-vip",
    steps: () => [
        {
            content: "open the approved membership from its column",
            trigger: ".o_kanban_record:contains(Haina Appliances)",
            run: "click",
        },
        {
            content: "compose the congratulation letter",
            trigger: "button[name=action_send_letter]",
            run: "click",
        },
        {
            content: "the letter is attached and addressed",
            trigger: ".modal .o_field_widget[name=partner_ids]:contains(Li Min)",
        },
        {
            trigger: ".modal .o_mail_send",
            run: "click",
        },
        {
            content: "the step of the letter has ticked itself",
            trigger:
                "body:not(:has(.modal)) .o_data_row:nth-child(1) td[name=note]:contains(li.min@haina.example)",
        },
        {
            trigger: "button[name=action_tell_departments]",
            run: "click",
        },
        {
            trigger:
                ".o_data_row:nth-child(4) td[name=note]:contains(kuaidi_operations)",
        },
        {
            content: "the file is up to date",
            trigger: ".o_data_row:nth-child(2) button[name=action_done]",
            run: "click",
        },
        {
            trigger:
                ".o_data_row:nth-child(2) td[name=done_by_id]:contains(kuaidi_manager)",
        },
        {
            content: "the client was called",
            trigger: ".o_data_row:nth-child(3) button[name=action_done]",
            run: "click",
        },
        {
            content: "nothing is left to do: the service is established",
            trigger: ".o_arrow_button_current[data-value=active]",
        },
    ],
});
