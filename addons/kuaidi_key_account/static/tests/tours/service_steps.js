import {stepUtils} from "@web_tour/tour_utils";

/* Steps that the tours of the service room share. */

const {Settings} = luxon;

/** Lets the browser stand still with the server, on Monday 2 March 2026. */
export function stopClock() {
    return {
        trigger: ".o_navbar",
        run() {
            Settings.now = () => Date.UTC(2026, 2, 2, 4);
        },
    };
}

/** Opens the entry of our Service menu with that XML id. */
export function openServiceMenu(name) {
    return [
        {
            trigger: "button[data-menu-xmlid='kuaidi_key_account.menu_service']",
            run: "click",
        },
        {
            trigger: `.dropdown-item[data-menu-xmlid='kuaidi_key_account.${name}']`,
            run: "click",
        },
    ];
}

/** Opens our application, and in it an entry of the Service menu. */
export function enterServiceMenu(name) {
    return [
        ...stepUtils.goToAppSteps("kuaidi_key_account.menu_root"),
        ...openServiceMenu(name),
    ];
}
