import {rpcBus} from "@web/core/network/rpc";

/* Steps that tours share: each ends when the page shows what was done. */

/** Chooses a value in the many-to-one field within the selector. */
export function choose(selector, text) {
    return [
        {
            trigger: `${selector} input`,
            run: `edit ${text}`,
        },
        {
            content: "the list is that of the typed text, which it highlights",
            trigger: `.o-autocomplete--dropdown-item a:has(.text-primary:contains(${text}))`,
            run: "click",
        },
        {
            content: "an input left before it shows its choice takes the choice back",
            trigger: `body:not(:has(.o-autocomplete--dropdown-menu)) ${selector} input:value(/${text}/)`,
        },
    ];
}

/** Chooses a value in the selection field within the selector. */
export function chooseInMenu(selector, text) {
    return [
        {
            trigger: `${selector} input`,
            run: "click",
        },
        {
            trigger: `.o_select_menu_item:contains(${text})`,
            run: "click",
        },
        {
            content: "an input left before it shows its choice takes the choice back",
            trigger: `body:not(:has(.o_select_menu_menu)) ${selector} input:value(${text})`,
        },
    ];
}

/** Resolves when the server has answered a call of the method. */
export function answered(method) {
    return new Promise((resolve) => {
        rpcBus.addEventListener("RPC:RESPONSE", function listen({detail}) {
            if (detail.data.params.method === method && !detail.error) {
                rpcBus.removeEventListener("RPC:RESPONSE", listen);
                resolve();
            }
        });
    });
}
