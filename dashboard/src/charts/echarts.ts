// The parts of ECharts that are used. Loaded on their own, after the figures are on the page.
import { BarChart, LineChart } from 'echarts/charts';
import { GridSimpleComponent } from 'echarts/components';
import { init, use as register } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

register([BarChart, LineChart, GridSimpleComponent, CanvasRenderer]);

export { init };
