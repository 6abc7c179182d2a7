(function () {
  'use strict';
  const data = JSON.parse(document.getElementById('report-data').textContent);
  const dashes = { 3: [7, 3], 6: [7, 3], 4: [3, 2.5], 7: [3, 2.5] };
  const charts = [];

  function tone(name) {
    return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
  }
  function clear(hex, alpha) {
    return hex + Math.round(alpha * 255).toString(16).padStart(2, '0');
  }
  function axis(title) {
    return { title: { display: true, text: title }, grid: {}, border: { display: false }, ticks: { maxRotation: 60 } };
  }
  function base(type, datasets, x, y) {
    return {
      type: type,
      data: { datasets: datasets },
      options: {
        animation: false, responsive: true, maintainAspectRatio: false, normalized: true,
        interaction: { mode: 'nearest', axis: 'x', intersect: false },
        scales: { x: x, y: y },
        plugins: { legend: { display: false }, tooltip: { displayColors: type === 'line', padding: 10, callbacks: {} } }
      }
    };
  }

  // What all names begin or end with tells no layer from another: "stage1/block2/conv1/kernel" is
  // "stage1/block2" beside its siblings.
  function shortNames(names) {
    if (names.length < 2) { return names; }
    const word = /[^/._-]*[/._-]?/y;
    const shared = list => {
      let end = 0;
      for (;;) {
        word.lastIndex = end;
        const part = word.exec(list[0])[0];
        const next = list[0].slice(0, end + part.length);
        if (!part || !/[/._-]$/.test(part) || !list.every(n => n.startsWith(next))) { return end; }
        end = next.length;
      }
    };
    const turned = names.map(n => Array.from(n).reverse().join(''));
    const front = shared(names);
    const back = shared(turned);
    return names.map(n => n.slice(front, n.length - back) || n);
  }

  // Below an axis there is room for s1/b2/conv1, not for stage1/block2/conv1; the table has it whole.
  function tick(name) {
    const room = 14;
    if (name.length <= room) return name;
    const parts = name.split('/');
    const last = parts.pop();
    const brief = parts.map(part => part.replace(/^([A-Za-z])[A-Za-z_]*/, '$1')).concat(last).join('/');
    return brief.length <= room ? brief : '…' + brief.slice(1 - room);
  }

  function widths(w) {
    const names = shortNames(w.labels);
    const x = axis('Layer, from the input on');
    const y = axis('Channels');
    y.beginAtZero = true;
    x.ticks.callback = value => tick(names[value]);
    const bar = { grouped: false, borderRadius: 2, maxBarThickness: 44 };
    const config = base('bar', [
      Object.assign({ data: w.after, tone: 'full', barPercentage: 0.62, order: 0 }, bar),
      Object.assign({ data: w.before, tone: 'pale', barPercentage: 0.9, order: 1 }, bar)
    ], x, y);
    x.grid.display = false;
    config.data.labels = w.labels;
    config.options.interaction.mode = 'index';
    config.options.plugins.tooltip.filter = item => item.datasetIndex === 0;
    config.options.plugins.tooltip.callbacks.label = item => w.text[item.dataIndex];
    make('chart-widths', config, null);
  }

  function points(series, values) {
    return series.epochs.map((epoch, i) => ({ x: epoch, y: values[i] }));
  }
  function lines(chart) {
    const datasets = [];
    chart.series.forEach(s => {
      const common = { key: s.key, tone: 'c' + s.color, pointHitRadius: 0, spanGaps: true };
      const alone = s.epochs.length === 1; // a line through one point is not to be seen
      datasets.push(Object.assign({ label: s.label, data: points(s, s.mean), low: s.low, high: s.high, line: true,
        pointRadius: alone ? 4 : 0, borderWidth: 2, borderDash: dashes[s.color] || [], pointHoverRadius: 4, order: 0 },
        common));
      if (s.low) {
        const edge = { pointRadius: alone ? 2 : 0, borderWidth: 0, order: 1 };
        datasets.push(Object.assign({ data: points(s, s.low) }, edge, common));
        datasets.push(Object.assign({ data: points(s, s.high), fill: '-1', band: true }, edge, common));
      }
    });
    const x = axis('Epoch');
    x.type = 'linear';
    x.ticks.precision = 0;
    x.ticks.maxRotation = 0;
    const y = axis(chart.percent ? 'Accuracy (%)' : 'Loss');
    const config = base('line', datasets, x, y);
    const show = v => chart.percent ? v.toFixed(2) + ' %' : v.toPrecision(3);
    config.options.plugins.tooltip.filter = item => item.dataset.line === true;
    config.options.plugins.tooltip.callbacks.title = items => items.length ? 'Epoch ' + items[0].parsed.x : '';
    config.options.plugins.tooltip.callbacks.label = item => {
      const d = item.dataset;
      const range = d.low ? ' (' + show(d.low[item.dataIndex]) + ' to ' + show(d.high[item.dataIndex]) + ')' : '';
      return ' ' + d.label + ': ' + show(item.parsed.y) + range;
    };
    make('chart-' + chart.id, config, endOf(chart));
  }
  function sensitivity(s) {
    const names = shortNames(s.labels);
    const line = { pointHitRadius: 0, borderWidth: 2, pointRadius: 2, order: 0 };
    const datasets = s.shares.map(share => Object.assign({ key: share.label, label: share.label + ' go',
      tone: 'c' + share.color, data: share.values, borderDash: dashes[share.color] || [] }, line));
    const level = (label, value) => ({ label: label, tone: 'muted', data: s.labels.map(() => value), pointRadius: 0,
      pointHitRadius: 0, borderWidth: 1, borderDash: [2, 2], order: 1 });
    datasets.push(level('uncut', s.uncut), level('costs too much below', s.least));
    const x = axis('Group, from the input on');
    x.type = 'category';
    x.ticks.callback = value => tick(names[value]);
    const y = axis(s.measure + ' (%)');
    const config = base('line', datasets, x, y);
    config.data.labels = s.labels;
    config.options.interaction.mode = 'index';
    config.options.plugins.tooltip.callbacks.label =
      item => ' ' + item.dataset.label + ': ' + item.parsed.y.toFixed(1) + ' %';
    make('chart-sensitivity', config, null);
  }
  function lottery(rate) {
    const at = (line, values) => line.left.map((left, i) => ({ x: left, y: values[i] }));
    const datasets = [];
    rate.lines.forEach(line => {
      const common = { key: line.label, tone: 'c' + line.color, pointRadius: 0, pointHitRadius: 0 };
      datasets.push(Object.assign({}, common, { label: line.label, data: at(line, line.mean), line: true, pointRadius: 2,
        low: line.low, high: line.high, borderWidth: 2, borderDash: dashes[line.color] || [], order: 0 }));
      if (line.low.length) {
        datasets.push(Object.assign({ data: at(line, line.low), borderWidth: 0, order: 1 }, common));
        datasets.push(Object.assign({ data: at(line, line.high), borderWidth: 0, fill: '-1', band: true, order: 1 }, common));
      }
    });
    const lefts = rate.lines.flatMap(line => line.left);
    const whole = [Math.max(...lefts), Math.min(...lefts)].map(left => ({ x: left, y: rate.whole }));
    datasets.push({ label: 'not pruned', tone: 'muted', data: whole, pointRadius: 0, pointHitRadius: 0, borderWidth: 1,
      borderDash: [2, 2], order: 1 });
    const x = axis('Weights left (%)');
    x.type = 'logarithmic';
    x.reverse = true;
    x.afterBuildTicks = scale => { scale.ticks = Array.from(new Set(lefts)).map(value => ({ value: value })); };
    x.ticks.callback = value => value < 10 ? value.toFixed(1) : value.toFixed(0);
    const config = base('line', datasets, x, axis('Accuracy (%)'));
    config.options.plugins.tooltip.filter = item => item.dataset.line === true;
    config.options.plugins.tooltip.callbacks.title =
      items => items.length ? items[0].parsed.x.toFixed(1) + ' % of the weights' : '';
    config.options.plugins.tooltip.callbacks.label = item => {
      const d = item.dataset;
      const range = d.low.length ? ' (' + d.low[item.dataIndex].toFixed(1) + ' to ' + d.high[item.dataIndex].toFixed(1) + ')' : '';
      return ' ' + d.label + ': ' + item.parsed.y.toFixed(2) + ' %' + range;
    };
    make('chart-' + rate.id, config, null);
  }
  // The range of the last quarter of every curve: where arms differ by less than a percent.
  function endOf(chart) {
    const values = chart.series.flatMap(s => {
      const from = Math.floor(s.epochs.length * 0.75);
      return s.mean.slice(from).concat(s.low ? s.low.slice(from) : [], s.high ? s.high.slice(from) : []);
    }).filter(v => v !== null);
    const low = Math.min(...values);
    const high = Math.max(...values);
    const pad = (high - low || 1) * 0.08;
    return { min: chart.percent ? low - pad : Math.max(0, low - pad), max: high + pad };
  }

  function make(id, config, end) {
    const canvas = document.getElementById(id);
    if (!canvas) { return; }
    paint(config.data.datasets, config.options);
    charts.push({ chart: new Chart(canvas, config), end: end });
  }
  function paint(datasets, options) {
    datasets.forEach(d => {
      const color = tone(d.tone);
      d.borderColor = color;
      d.hoverBackgroundColor = d.backgroundColor = d.band ? clear(color, 0.16) : color;
      d.pointBackgroundColor = color;
    });
    ['x', 'y'].forEach(k => {
      const s = options.scales[k];
      s.grid.color = tone('rule');
      s.ticks.color = s.title.color = tone('muted');
    });
    const t = options.plugins.tooltip;
    t.backgroundColor = tone('card');
    t.borderColor = tone('rule');
    t.borderWidth = 1;
    t.titleColor = t.bodyColor = tone('ink');
  }
  function repaint() {
    charts.forEach(c => {
      paint(c.chart.data.datasets, c.chart.config.options);
      c.chart.resize();
      c.chart.update('none');
    });
  }

  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  if (data.widths) { widths(data.widths); }
  data.lines.forEach(lines);
  if (data.sensitivity) { sensitivity(data.sensitivity); }
  if (data.lottery) { data.lottery.forEach(lottery); }

  document.querySelectorAll('.legend button[data-key]').forEach(button => {
    button.addEventListener('click', () => {
      const on = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', String(on));
      charts.forEach(c => {
        c.chart.data.datasets.forEach(d => { if (d.key === button.dataset.key) { d.hidden = !on; } });
        c.chart.update('none');
      });
    });
  });
  const zoom = document.getElementById('zoom');
  if (zoom) {
    zoom.addEventListener('click', () => {
      const on = zoom.getAttribute('aria-pressed') !== 'true';
      zoom.setAttribute('aria-pressed', String(on));
      charts.filter(c => c.end).forEach(c => {
        c.chart.config.options.scales.y.min = on ? c.end.min : undefined;
        c.chart.config.options.scales.y.max = on ? c.end.max : undefined;
        c.chart.update('none');
      });
    });
  }
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
  // Paper is light and has no unfolding: the media query is already in force when this is called.
  matchMedia('print').addEventListener('change', repaint);
  let folded = [];
  addEventListener('beforeprint', () => {
    folded = Array.from(document.querySelectorAll('details:not([open])'));
    folded.forEach(d => { d.open = true; });
  });
  addEventListener('afterprint', () => folded.forEach(d => { d.open = false; }));
})();
