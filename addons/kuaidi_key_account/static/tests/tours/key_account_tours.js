import {choose} from "./tour_steps";
import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

/** Puts a small PDF into the file input of the open dialog. */
function uploadPdf(name) {
    return {
        content: `attach ${name}`,
        trigger: ".modal .o_field_many2many_binary .o_file_input_trigger",
        run() {
            const files = new DataTransfer();
            files.items.add(
                new File(["%PDF-1.4\n%%EOF"], name, {type: "application/pdf"})
            );
            const input = document.querySelector(
                ".modal .o_field_many2many_binary input[type=file]"
            );
            input.files = files.files;
            input.dispatchEvent(new Event("change", {bubbles: true}));
        },
    };
}

/** Registers a paper of the given type, with its file, on the Documents page. */
function registerDocument(type, fileName) {
    return [
        {
            content: `register ${type}`,
            trigger:
                ".o_field_widget[name=document_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        ...choose(".modal .o_field_widget[name=type_id]", type),
        uploadPdf(fileName),
        {
            content: "the file is there",
            trigger: `.modal .o_attachment:contains(${fileName.split(".")[0]})`,
        },
        {
            content: "say where the original is kept",
            trigger: ".modal .o_field_widget[name=original_location] input",
            run: "edit Legal department, cabinet 3",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            trigger: `body:not(:has(.modal)) .o_field_widget[name=document_ids] .o_data_row:contains(${type})`,
        },
    ];
}

registry.category("web_tour.tours").add("kuaidi_manager_onboards_client", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            content: "open the application",
            trigger: ".o_app[data-menu-xmlid='kuaidi_key_account.menu_root']",
            run: "click",
        },
        {
            content: "from the desk to the own clients",
            trigger: "button[data-menu-xmlid='kuaidi_key_account.menu_accounts']",
            run: "click",
        },
        {
            trigger:
                ".dropdown-item[data-menu-xmlid='kuaidi_key_account.menu_key_accounts_mine']",
            run: "click",
        },
        {
            content: "open a new account",
            trigger: ".o-kanban-button-new",
            run: "click",
        },
        ...choose(".o_field_widget[name=partner_id]", "Haina Appliances"),
        {
            content: "go to the document register",
            trigger: ".nav-link[name=documents]",
            run: "click",
        },
        ...registerDocument("Entrustment agreement", "entrustment.pdf"),
        ...registerDocument("Safety agreement", "safety.pdf"),
        ...stepUtils.saveForm(),
        {
            content: "both papers are on file: make the client formal",
            trigger: "button[name=action_make_formal]",
            run: "click",
        },
        {
            content: "the client is formal",
            trigger: ".o_arrow_button_current[data-value=formal]",
        },
        {
            content: "see the onboarding clocks",
            trigger: ".nav-link[name=onboarding]",
            run: "click",
        },
        {
            trigger:
                ".o_field_widget[name=onboarding_step_ids] .o_data_row:nth-child(5)",
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_centre_hands_accounts_over", {
    url: "/odoo",
    steps: () => [
        stepUtils.showAppsMenuItem(),
        {
            trigger: ".o_app[data-menu-xmlid='kuaidi_key_account.menu_root']",
            run: "click",
        },
        {
            content: "open the list of all accounts",
            trigger: "button[data-menu-xmlid='kuaidi_key_account.menu_accounts']",
            run: "click",
        },
        {
            trigger:
                ".dropdown-item[data-menu-xmlid='kuaidi_key_account.menu_handover']",
            run: "click",
        },
        {
            content: "choose the leaver",
            trigger: ".modal .o_field_widget[name=from_user_id] input",
            run: "edit kuaidi_manager (",
        },
        {
            content: "the list is that of the typed text, which it highlights",
            trigger:
                ".o-autocomplete--dropdown-item a:has(.text-primary):contains(/^kuaidi_manager\\W/)",
            run: "click",
        },
        {
            content: "the leaver's account is proposed",
            trigger: ".modal .o_data_row:contains(Haina Appliances)",
        },
        ...choose(".modal .o_field_widget[name=to_user_id]", "kuaidi_manager_2"),
        {
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit Moves to Chengdu",
        },
        {
            trigger: ".modal button[name=action_hand_over]",
            run: "click",
        },
        {
            content: "the account has its new manager",
            trigger:
                "body:not(:has(.modal)) .o_kanban_record:contains(Haina Appliances), body:not(:has(.modal)) .o_data_row:contains(Haina Appliances)",
        },
    ],
});
