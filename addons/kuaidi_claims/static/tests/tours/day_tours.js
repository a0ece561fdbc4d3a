import {registry} from "@web/core/registry";

/* One working day of each role: from the login over the desk and a number on it to the
   record, the work, its result, and the logout. */

const CLOSED = "body:not(:has(.modal))";

/** Logs in on the login page; passwords are logins. */
function logIn(login) {
    return [
        {
            trigger: ".oe_login_form #login",
            run: `edit ${login}`,
        },
        {
            trigger: ".oe_login_form #password",
            run: `edit ${login}`,
        },
        {
            trigger: ".oe_login_form button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
    ];
}

/** Opens the records behind a number on the desk, and the one with the text. */
function openFromDesk(tile, text) {
    return [
        {
            content: "the desk is the first page",
            trigger: `.o_kuaidi_desk [data-tile=${tile}] [data-kind=open]:not(:contains(/^0/))`,
            run: "click",
        },
        {
            trigger: `.o_list_view .o_data_row:contains(${text}) .o_data_cell:contains(${text})`,
            run: "click",
        },
    ];
}

/** Goes back to the desk by the breadcrumbs. */
function backToDesk() {
    return [
        {
            trigger: `${CLOSED} .o_form_view:has(.o_form_saved) .o_breadcrumb .o_back_button`,
            run: "click",
        },
        {
            trigger: ".o_list_view .o_breadcrumb .o_back_button",
            run: "click",
        },
        {
            trigger: ".o_kuaidi_desk [data-tile]",
        },
    ];
}

/** Logs out in the user menu. */
function logOut() {
    return [
        {
            trigger: `${CLOSED} .o_user_menu button`,
            run: "click",
        },
        {
            trigger: ".dropdown-item[data-menu=logout]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".oe_login_form",
        },
    ];
}

/** Keeps a day: the login, the work, and the logout. */
function addDay(name, login, work) {
    registry.category("web_tour.tours").add(name, {
        steps: () => [...logIn(login), ...work(), ...logOut()],
    });
}

addDay("kuaidi_day_of_a_manager", "kuaidi_manager", () => [
    ...openFromDesk("lines", "Haina Appliances"),
    {
        content: "a planned visit is logged from its line",
        trigger: ".o_form_view button[name=action_log_visit]",
        run: "click",
    },
    {
        trigger: ".o_field_widget[name=account_id] input:value(Haina Appliances)",
    },
    {
        trigger: ".o_field_widget[name=duration_minutes] input",
        run: "edit 45",
    },
    {
        trigger: ".o_field_widget[name=reaction] .o_selection_badge:contains(Pleased)",
        run: "click",
    },
    {
        trigger: ".o_form_button_save",
        run: "click",
    },
    {
        content: "the line knows of it",
        trigger: ".o_form_view:has(.o_form_saved) .o_breadcrumb .o_back_button",
        run: "click",
    },
    {
        trigger: ".o_form_view .o_arrow_button_current:contains(Done)",
    },
    ...backToDesk(),
]);

addDay("kuaidi_day_of_sales", "kuaidi_sales", () => [
    ...openFromDesk("tenders", "Parcels of Haina"),
    {
        trigger: ".o_form_view button[name=action_qualify]",
        run: "click",
    },
    {
        trigger: ".o_form_saved .o_arrow_button_current:contains(To Decide)",
    },
    {
        content: "one click to the opportunity, and back",
        trigger: "button[name=action_view_lead]",
        run: "click",
    },
    {
        trigger: ".o_form_view .o_field_widget[name=expected_revenue]",
    },
    {
        trigger: ".o_breadcrumb .o_back_button",
        run: "click",
    },
    {
        trigger: ".o_form_view button[name=action_open_decide]",
    },
    ...backToDesk(),
]);

addDay("kuaidi_day_of_a_collector", "kuaidi_finance", () => [
    ...openFromDesk("collection", "Haina Appliances"),
    {
        trigger: ".o_form_view button[name=action_log_contact]",
        run: "click",
    },
    {
        trigger: ".modal .o_field_widget[name=content] textarea",
        run: "edit Asked for the invoice of October",
    },
    {
        trigger: ".modal .o_field_widget[name=answer] textarea",
        run: "edit It is paid on Friday",
    },
    {
        trigger: ".modal .o_form_button_save",
        run: "click",
    },
    {
        trigger:
            ".o_field_widget[name=action_ids] .o_data_row:contains(It is paid on Friday)",
    },
    ...backToDesk(),
]);

addDay("kuaidi_day_of_the_centre", "kuaidi_centre", () => [
    ...openFromDesk("approvals", "Haina Appliances"),
    {
        trigger: ".o_form_view button[name=action_approve]",
        run: "click",
    },
    {
        trigger: ".o_form_saved .o_arrow_button_current:contains(Approved)",
    },
    {
        content: "the client's file shows the star at once",
        trigger: "button[name=action_view_account]",
        run: "click",
    },
    {
        trigger: ".o_form_view button[name=action_view_ratings]",
    },
    {
        trigger: ".o_breadcrumb .o_back_button",
        run: "click",
    },
    {
        trigger: ".o_form_view .o_arrow_button_current:contains(Approved)",
    },
    ...backToDesk(),
]);

addDay("kuaidi_day_of_an_officer", "kuaidi_officer", () => [
    ...openFromDesk("complaints", "SD0009990002"),
    {
        trigger: ".o_form_view button[name=action_start]",
        run: "click",
    },
    {
        trigger: ".o_form_saved button[name=action_create_claim]",
        run: "click",
    },
    {
        content: "the claim knows what the complaint knew",
        trigger:
            ".o_form_view:has(.o_field_widget[name=waybill_number] input:value(SD0009990002)) .o_field_widget[name=amount_claimed] input",
        run: "edit 880",
    },
    {
        trigger: ".o_form_button_save",
        run: "click",
    },
    {
        trigger: ".o_form_saved button[name=action_ask_evidence]",
        run: "click",
    },
    {
        trigger: ".o_form_saved .o_arrow_button_current[data-value=evidence]",
    },
    {
        trigger: ".o_breadcrumb .o_back_button",
        run: "click",
    },
    {
        trigger: ".o_form_view .o_field_widget[name=description]",
    },
    ...backToDesk(),
]);

addDay("kuaidi_day_of_a_claims_manager", "kuaidi_claims_manager", () => [
    ...openFromDesk("claim_reports", "Haina Appliances"),
    {
        trigger: ".o_form_view button[name=action_approve]",
        run: "click",
    },
    {
        trigger: ".o_form_saved .o_arrow_button_current[data-value=approved]",
    },
    ...backToDesk(),
]);

addDay("kuaidi_day_of_an_administrator", "kuaidi_admin", () => [
    {
        trigger: ".o_kuaidi_desk [data-tile]",
    },
    {
        trigger: "button[data-menu-xmlid='kuaidi_key_account.menu_configuration']",
        run: "click",
    },
    {
        trigger:
            ".dropdown-item[data-menu-xmlid='kuaidi_key_account.kuaidi_holiday_load_menu']",
        run: "click",
    },
    {
        trigger: ".modal .o_field_widget[name=year] input",
        run: "edit 2026",
    },
    {
        content: "the holidays of the year become working days and days off",
        trigger: ".modal button[name=action_load]",
        run: "click",
    },
    {
        trigger: `${CLOSED} .o_list_view .o_data_row`,
    },
    {
        trigger: "button[data-menu-xmlid='kuaidi_key_account.menu_configuration']",
        run: "click",
    },
    {
        trigger:
            ".dropdown-item[data-menu-xmlid='kuaidi_key_account.menu_star_levels']",
        run: "click",
    },
    {
        trigger: ".o_list_view .o_data_row",
    },
]);

registry.category("web_tour.tours").add("kuaidi_day_of_a_client", {
    steps: () => [
        ...logIn("kuaidi_portal"),
        {
            trigger: ".o_portal_my_home a[href*='/my/claims']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_kuaidi_portal_list a:contains(Accept or refuse our offer)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_kuaidi_portal_offer button[value=accept]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "#wrap:has(.alert-success):not(:has(.o_kuaidi_portal_offer))",
        },
        {
            content: "from a claim to the papers by the breadcrumbs",
            trigger: ".o_portal_submenu a[href$='/my/home']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_portal_my_home a[href*='/my/agreements']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "a[href*='/my/statements/'][href*='/answer']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "button[name=answer][value=confirmed]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "#wrap .alert-success",
        },
        {
            trigger: "header .dropdown-toggle:contains(Ms. Li)",
            run: "click",
        },
        {
            trigger: "header #o_logout",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".oe_login_form, a[href*='/web/login']",
        },
    ],
});
