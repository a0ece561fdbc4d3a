import {registry} from "@web/core/registry";

/* A client on a phone: files a claim with a picture, accepts the offer, rates it. */

const PICTURE =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";

/** Chooses a picture, as the gallery of a phone does. */
function takePicture() {
    const bytes = Uint8Array.from(atob(PICTURE), (mark) => mark.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], "crate.png", {type: "image/png"}));
    this.anchor.files = transfer.files;
}

registry.category("web_tour.tours").add("kuaidi_client_files_a_claim", {
    steps: () => [
        {
            content: "claims are found from the first page",
            trigger: ".o_portal_my_home a[href*='/my/claims']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "a[href*='/my/claims/new']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "#waybill_number",
            run: "edit SD0009990077",
        },
        {
            trigger: "#type",
            run: "select damage",
        },
        {
            trigger: "#goods",
            run: "edit Fridge",
        },
        {
            trigger: "#amount_claimed",
            run: "edit 880",
        },
        {
            trigger: "#description",
            run: "edit The door is bent.",
        },
        {
            trigger: "#files",
            run: takePicture,
        },
        {
            trigger: ".o_kuaidi_portal_form button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "it is taken in, and what was sent is there",
            trigger: "#wrap:has(.alert-success):contains(SD0009990077)",
        },
        {
            trigger: "a[href*='/files/']:contains(crate.png)",
        },
        {
            content: "the page is no wider than the phone",
            trigger: "#wrap",
            run() {
                if (document.body.scrollWidth > window.innerWidth) {
                    throw new Error("The page is wider than the phone.");
                }
            },
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_client_accepts_an_offer", {
    steps: () => [
        {
            trigger: ".o_kuaidi_portal_list a:contains(Accept or refuse our offer)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: ".o_kuaidi_portal_offer:contains(640.00) button[value=accept]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "#wrap:has(.alert-success):not(:has(.o_kuaidi_portal_offer))",
        },
    ],
});

registry.category("web_tour.tours").add("kuaidi_client_rates_a_claim", {
    steps: () => [
        {
            trigger: "#rating_satisfied",
            run: "click",
        },
        {
            trigger: "#feedback",
            run: "edit Quick and fair",
        },
        {
            trigger: ".o_kuaidi_portal_rate button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "#wrap:has(.alert-success):not(:has(.o_kuaidi_portal_rate))",
        },
    ],
});
