import {Component, onMounted, onWillUnmount} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

const MILLISECONDS = 2000;

/** Reads a package anew while it is being built, so that its progress is seen. */
export class KuaidiBuildProgress extends Component {
    static template = "kuaidi_key_account.BuildProgress";
    static props = {...standardWidgetProps};

    setup() {
        onMounted(() => {
            this.timer = setInterval(() => this.refresh(), MILLISECONDS);
        });
        onWillUnmount(() => clearInterval(this.timer));
    }

    get isBuilding() {
        return this.props.record.data.state === "building";
    }

    get percent() {
        return this.props.record.data.progress || 0;
    }

    get text() {
        return this.props.record.data.step || _t("Waiting for its turn");
    }

    async refresh() {
        if (this.isBuilding && !this.isLoading) {
            this.isLoading = true;
            try {
                await this.props.record.load();
            } finally {
                this.isLoading = false;
            }
        }
    }
}

registry.category("view_widgets").add("kuaidi_build_progress", {
    component: KuaidiBuildProgress,
});
