import {Component, onMounted, onWillUnmount, useState} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardWidgetProps} from "@web/views/widgets/standard_widget_props";

/** Asks the server for step after step of a file, and shows how far it has come. */
export class KuaidiFileReader extends Component {
    static template = "kuaidi_key_account.FileReader";
    static props = {...standardWidgetProps};

    setup() {
        this.orm = useService("orm");
        this.state = useState({percent: 0, rowCount: 0, error: ""});
        this.isClosed = false;
        onMounted(() => this.readAll());
        onWillUnmount(() => {
            this.isClosed = true;
        });
    }

    async readAll() {
        const {record} = this.props;
        let isDone = false;
        while (!isDone && !this.isClosed) {
            try {
                const step = await this.orm.silent.call(
                    record.resModel,
                    "action_read_next",
                    [[record.resId]]
                );
                isDone = step.is_done;
                this.state.percent = step.percent;
                this.state.rowCount = step.row_count;
            } catch (error) {
                this.state.error = error.data?.message || error.message;
                return;
            }
        }
        if (!this.isClosed) {
            await record.load();
        }
    }
}

registry.category("view_widgets").add("kuaidi_file_reader", {
    component: KuaidiFileReader,
});
