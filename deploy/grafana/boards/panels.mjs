// What all boards share: variables, links back to Sightglass, and panels of few words.
import {
    GraphDrawStyle, BigValueColorMode, BigValueGraphMode, LegendDisplayMode, LegendPlacement, ReduceDataOptionsBuilder,
    StackingConfigBuilder, StackingMode, GraphThresholdsStyleConfigBuilder, GraphThresholdsStyleMode, TooltipDisplayMode,
    VisibilityMode, VizLegendOptionsBuilder, VizOrientation, VizTooltipOptionsBuilder, SortOrder,
} from '@grafana/grafana-foundation-sdk/common';
import {
    DashboardBuilder, DashboardCursorSync, DashboardLinkBuilder, DashboardLinkType, DatasourceVariableBuilder,
    QueryVariableBuilder, RowBuilder, TextBoxVariableBuilder, ThresholdsConfigBuilder, ThresholdsMode, VariableRefresh,
    VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge';
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';

export const kSource = { type: 'prometheus', uid: '${datasource}' };

const kWhen = 'from=${__from:date:iso}&to=${__to:date:iso}';

/// A page of Sightglass over the time that the board looks at.
const pageUrl = (page, search = '') => `\${sightglass}/ui/${page}?${kWhen}${search}`;

/// A link at each series to the calls behind it; `dimensions` maps the query's labels to those of Sightglass.
export function callsLink(dimensions) {
    const filters = Object.entries(dimensions).map(([label, name]) => `&filter=${name}:\${__field.labels.${label}}`);
    return new DashboardLinkBuilder('These calls in Sightglass').url(pageUrl('calls', filters.join(''))).targetBlank(true);
}

/// Variables of call labels: [variable, title, metric, label].
const kCallVariables = [
    ['model', 'Model'],
    ['service', 'Service'],
    ['team', 'Team'],
];

function labelVariable(name, title) {
    return new QueryVariableBuilder(name)
        .label(title)
        .datasource(kSource)
        .query({ query: `label_values(sightglass_calls_total, ${name})`, refId: `variable-${name}` })
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .sort(VariableSort.AlphabeticalAsc)
        .multi(true)
        .includeAll(true)
        .allValue('.*')
        .current({ text: ['All'], value: ['$__all'], selected: true });
}

/// A board with the variables and links that all have. `page` is the one of Sightglass that shows the same.
export function board({ name, title, description, page, sightglass, variables = kCallVariables }) {
    const made = new DashboardBuilder(`Sightglass: ${title}`)
        .uid(`sightglass-${name}`)
        .description(description)
        .tags(['sightglass', 'llm'])
        .editable()
        .timezone('browser')
        .time({ from: 'now-6h', to: 'now' })
        .refresh('30s')
        .tooltip(DashboardCursorSync.Crosshair)
        .annotations([])
        .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'))
        .link(new DashboardLinkBuilder('Sightglass boards').type(DashboardLinkType.Dashboards).tags(['sightglass'])
            .asDropdown(true).keepTime(true).includeVars(true))
        .link(new DashboardLinkBuilder('Open in Sightglass').type(DashboardLinkType.Link).icon('external link')
            .url(pageUrl(page)).targetBlank(true));
    variables.forEach((one) => made.withVariable(labelVariable(...one)));
    return made.withVariable(
        new TextBoxVariableBuilder('sightglass').label('Sightglass').defaultValue(sightglass)
            .description('Where the links lead: the address of Sightglass as your browser reaches it'),
    );
}

export const row = (title) => new RowBuilder(title);

/// Steps of colour: [[null, 'green'], [0.01, 'yellow'], …].
export const steps = (...list) =>
    new ThresholdsConfigBuilder()
        .mode(ThresholdsMode.Absolute)
        .steps(list.map(([value, color]) => ({ value, color })));

/// Green, then yellow from `warn`, then red from `bad`.
export const alarming = (warn, bad) => steps([null, 'green'], [warn, 'yellow'], [bad, 'red']);

const kPlain = () => steps([null, 'blue']);

function target(query, index) {
    const { expr, legend = '', format } = typeof query === 'string' ? { expr: query } : query;
    const made = new DataqueryBuilder().refId(String.fromCharCode(65 + index)).datasource(kSource).expr(expr);
    made.legendFormat(legend);
    return format === undefined ? made : made.format(format);
}

function fill(panel, { title, about, unit, queries, links, decimals, min, max, thresholds }) {
    panel.title(title).description(about).datasource(kSource).unit(unit).thresholds(thresholds ?? kPlain());
    panel.targets(queries.map(target));
    const optional = { decimals, min, max };
    Object.entries(optional).filter(([, value]) => value !== undefined).forEach(([name, value]) => panel[name](value));
    return links === undefined ? panel : panel.dataLinks(links);
}

const lastValue = () => new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false);

/// One number. `query` is asked once, at the end of the time that the board looks at.
export function number({ query, width = 4, ...rest }) {
    const panel = fill(new stat.PanelBuilder(), { queries: [query], min: 0, ...rest });
    panel.targets([target(query, 0).instant()]);
    return panel
        .reduceOptions(lastValue())
        .graphMode(BigValueGraphMode.None)
        .colorMode(rest.thresholds === undefined ? BigValueColorMode.None : BigValueColorMode.Value)
        .noValue('none')
        .height(4)
        .span(width);
}

/// Lines over time; stacked areas with `stack`.
export function lines({ width = 12, stack = false, ...rest }) {
    const panel = fill(new timeseries.PanelBuilder(), { min: 0, ...rest })
        .drawStyle(GraphDrawStyle.Line)
        .lineWidth(stack ? 1 : 2)
        .fillOpacity(stack ? 40 : 5)
        .showPoints(VisibilityMode.Never)
        .legend(new VizLegendOptionsBuilder().showLegend(true).displayMode(LegendDisplayMode.Table)
            .placement(LegendPlacement.Bottom).calcs(['mean', 'max']))
        .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
        .height(9)
        .span(width);
    if (stack) {
        panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'));
    }
    if (rest.thresholds !== undefined) {
        panel.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
    }
    return panel;
}

/// One bar a series, of what `query` gives at the end.
export function bars({ query, width = 12, ...rest }) {
    const panel = fill(new bargauge.PanelBuilder(), { queries: [query], min: 0, ...rest });
    panel.targets([target(query, 0).instant()]);
    return panel.reduceOptions(lastValue()).orientation(VizOrientation.Horizontal).height(9).span(width);
}

/// How a histogram's values are spread, over time.
export function spread({ query, width = 12, title, about, unit }) {
    const panel = new heatmap.PanelBuilder().title(title).description(about).datasource(kSource);
    panel.targets([target({ expr: query, legend: '{{le}}', format: PromQueryFormat.Heatmap }, 0)]);
    return panel.yAxis(new heatmap.YAxisConfigBuilder().unit(unit)).calculate(false).height(9).span(width);
}
