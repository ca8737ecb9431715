/* Draws the charts from the data blocks. Without it, or without plotly, every table stands open. */
(function () {
  'use strict';
  var NARROW = 560;
  var settings = JSON.parse(document.getElementById('chart-settings').textContent);
  var charts = Array.prototype.map.call(document.querySelectorAll('.chart-data'), function (block) {
    return { box: block.previousElementSibling, spec: JSON.parse(block.textContent), width: 0 };
  });

  function copy(value) {
    return JSON.parse(JSON.stringify(value));
  }

  function text(value, across, row, anchor, bold) {
    return {
      text: bold ? '<b>' + value + '</b>' : value, xref: 'paper', x: across, xanchor: anchor, y: row, yanchor: 'bottom',
      yshift: 10, showarrow: false, align: anchor, bgcolor: '#ffffff', borderpad: 0,
      font: { size: 14, color: '#212b32' }
    };
  }

  // names and notes above their rows: on one line where they fit, else the note below the name
  function narrowed(layout, narrow, width) {
    var lines = 1;
    var count = narrow.labels.length;
    var apart = narrow.labels.every(function (label, row) {
      return (label.split('<br>').pop().length + narrow.notes[row].length + 3) * 7.2 < width - 20;
    });
    layout.annotations = layout.annotations.filter(function (note) { return note.name !== 'note'; });
    narrow.labels.forEach(function (label, row) {
      var note = narrow.notes[row];
      var name = apart || !note ? label : label + '<br><b>' + note + '</b>';
      lines = Math.max(lines, name.split('<br>').length);
      layout.annotations.push(text(name, 0, row, 'left', false));
      if (apart && note) { layout.annotations.push(text(note, 1, row, 'right', true)); }
    });
    var pitch = lines * narrow.line + narrow.gap;
    if (layout.barmode) { layout.bargap = 1 - 20 / pitch; }
    layout.height = 68 + pitch * count + lines * 8;
    layout.margin.l = 8;
    layout.margin.r = 14;
    layout.yaxis.showticklabels = false;
    layout.yaxis.automargin = false;
    layout.yaxis.range = [count - 1 + 20 / pitch, -(lines * narrow.line + 12) / pitch];
    layout.shapes = layout.shapes.filter(function (shape) { return shape.name !== 'band'; });
    return layout;
  }

  function draw(chart) {
    var width = Math.floor(chart.box.clientWidth);
    if (!width || width === chart.width) { return; }
    chart.width = width;
    if (chart.spec.least_width > width) {
      width = chart.spec.least_width;
      chart.box.classList.add('scrolls');
      chart.box.tabIndex = 0;
    }
    var layout = Object.assign(copy(settings.layout), copy(chart.spec.layout), { width: width });
    if (width < NARROW && chart.spec.narrow) { narrowed(layout, chart.spec.narrow, width); }
    var data = copy(chart.spec.data);
    data.forEach(function (trace) {
      if (trace.type === 'heatmap' || !trace.text) {
        trace.hoverinfo = 'skip';
      } else {
        trace.hovertemplate = '%{text}<extra></extra>';
      }
    });
    window.Plotly.react(chart.box, data, layout, settings.config).then(function () {
      // a view box lets print and zoom scale the drawing
      Array.prototype.forEach.call(chart.box.querySelectorAll('.main-svg'), function (svg) {
        svg.setAttribute('viewBox', '0 0 ' + width + ' ' + layout.height);
      });
      chart.box.classList.add('drawn');
    });
  }

  function drawAll() {
    charts.forEach(draw);
  }

  function drawInTurn(index) {
    if (index < charts.length) {
      draw(charts[index]);
      window.setTimeout(drawInTurn, 0, index + 1);
    } else {
      document.documentElement.setAttribute('data-charts', 'drawn');
    }
  }

  // a table as CSV: plain numbers, and no text that a spreadsheet program would run
  function csv(table) {
    return Array.prototype.map.call(table.rows, function (row) {
      return Array.prototype.map.call(row.cells, function (cell) {
        var value = cell.textContent.trim();
        if (cell.className === 'n' && cell.tagName === 'TD') {
          value = value.replace(/,/g, '').replace('\u2212', '-');
        } else if (/^[=+\-@\t\r]/.test(value)) {
          value = "'" + value;
        }
        return /[",\n]/.test(value) ? '"' + value.replace(/"/g, '""') + '"' : value;
      }).join(',');
    }).join('\n') + '\n';
  }

  document.addEventListener('click', function (event) {
    var link = event.target.closest('a.download');
    var table = link && document.getElementById(link.hash.slice(1));
    if (!table) { return; }
    event.preventDefault();
    var made = document.createElement('a');
    made.href = URL.createObjectURL(new Blob(['\ufeff', csv(table)], { type: 'text/csv' }));
    made.download = link.download;
    made.click();
    window.setTimeout(function () { URL.revokeObjectURL(made.href); }, 10000);
  });

  // a table sorts by any column: numbers by their first number, words by their letters; again turns it round
  Array.prototype.forEach.call(document.querySelectorAll('table.sorts'), function (table) {
    Array.prototype.forEach.call(table.tHead.rows[0].cells, function (head, place) {
      var button = document.createElement('button');
      button.type = 'button';
      while (head.firstChild) { button.appendChild(head.firstChild); }
      head.appendChild(button);
      button.addEventListener('click', function () {
        var up = head.getAttribute('aria-sort') !== 'ascending';
        Array.prototype.forEach.call(head.parentNode.cells, function (cell) { cell.removeAttribute('aria-sort'); });
        head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
        var rows = Array.prototype.slice.call(table.tBodies[0].rows);
        rows.sort(function (one, two) {
          var a = one.cells[place].textContent.trim(), b = two.cells[place].textContent.trim();
          var by = /^\d/.test(a) && /^\d/.test(b) ? parseFloat(a) - parseFloat(b) : a.localeCompare(b, 'en');
          return up ? by : -by;
        });
        rows.forEach(function (row) { table.tBodies[0].appendChild(row); });
      });
    });
  });

  Array.prototype.forEach.call(document.querySelectorAll('.pick select'), function (select) {
    select.parentNode.classList.remove('hidden');
    select.addEventListener('change', function () {
      var rows = document.getElementById(select.getAttribute('data-table')).tBodies[0].rows;
      Array.prototype.forEach.call(rows, function (row) {
        row.hidden = Boolean(select.value) && row.cells[1].textContent !== select.value;
      });
    });
  });

  if (!window.Plotly) { return; }
  Array.prototype.forEach.call(document.querySelectorAll('details.twin'), function (twin) { twin.open = false; });
  if (window.innerWidth < 1100) {
    Array.prototype.forEach.call(document.querySelectorAll('details.menu'), function (menu) { menu.open = false; });
  }
  drawInTurn(0);
  if (window.location.hash) {
    var target = document.getElementById(window.location.hash.slice(1));
    if (target) { target.scrollIntoView(); }
  }
  var waiting = 0;
  window.addEventListener('resize', function () {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(drawAll, 150);
  });
  window.addEventListener('beforeprint', drawAll);
}());
