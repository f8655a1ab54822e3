"use strict";

// ReDoc's footer shows a logo from its maker's site and its theme asks a font service: neither is asked here.
const place = document.getElementById("redoc");
const fonts = "system-ui, sans-serif";
Redoc.init(
  place.dataset.url,
  {
    nativeScrollbars: true,
    theme: { typography: { fontFamily: fonts, headings: { fontFamily: fonts }, code: { fontFamily: "monospace" } } },
  },
  place,
);
