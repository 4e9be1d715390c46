import type { ECharts, EChartsCoreOption } from 'echarts/core';
import { useEffect, useRef, useState } from 'react';

import classes from './Canvas.module.css';

/** Draws an ECharts option and follows its element's size. What it shows is said by the element around it. */
export function Canvas({ option }: { readonly option: EChartsCoreOption }) {
  const holder = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<ECharts | null>(null);

  useEffect(() => {
    let made: ECharts | null = null;
    let gone = false;
    const observer = new ResizeObserver(() => made?.resize());
    void import('./echarts').then(({ init }) => {
      if (!gone && holder.current !== null) {
        made = init(holder.current, null, { renderer: 'canvas' });
        observer.observe(holder.current);
        setChart(made);
      }
    });
    return () => {
      gone = true;
      observer.disconnect();
      made?.dispose();
    };
  }, []);

  useEffect(() => {
    chart?.setOption(option, { replaceMerge: ['series'] });
  }, [chart, option]);

  return <div ref={holder} className={classes.canvas} />;
}
