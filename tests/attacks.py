"""Titles that would be more than text, if anything read them: each in another way, none with blanks at its ends."""

from __future__ import annotations

ATTACKS = (
    # scripts
    '<iframe srcdoc="<script>parent.__p=1;parent.alert(1)</script>">', '<img src=x onerror="window.__p=1;alert(2)">',
    "<svg onload=alert(3)>", "</script><script>window.__p=1;alert(4)</script>", "[l](javascript:alert(5))",
    "javascript:alert(6)", "{{constructor.constructor('alert(7)')()}} ${alert(7)} <%= alert(7) %> #{7*7}",
    '<object data="data:text/html;base64,PHNjcmlwdD5hbGVydCg4KTwvc2NyaXB0Pg=="></object>',
    "data:text/html,<script>alert(9)</script>",
    '<form action=http://x.test><input autofocus onfocus=alert(10)><button formaction="javascript:alert(10)">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(11)&gt;">',
    # other hosts
    "![x](http://x.test/p.png)", "[r][1] ![r][1]\n\n[1]: http://x.test/r.png", "<http://x.test/auto> www.x.test http://x.test/bare",
    "<style>@import 'http://x.test/s.css'; * { background: url(http://x.test/c.png) }</style>",
    "<link rel=prefetch href=http://x.test/l><meta http-equiv=refresh content=\"0;url=http://x.test\"><base href=http://x.test/>",
    r"$\href{http://x.test/h}{x}$ $$\includegraphics{http://x.test/t.png}$$",
    '<a href="http://x.test/a" target=_blank style="color:red">a</a><br><sub>b</sub><b>c</b>',
    "<b>x</b> <audio src=http://x.test/a.mp3 autoplay></audio><video poster=http://x.test/v.png></video>",
    # what changes a text
    ":material/delete: :red-badge[x] :smile: :streamlit: :blue-background[y]", "=HYPERLINK(\"http://x.test\",1)",
    "&lt;script&gt;alert(12)&lt;/script&gt; &#60;img src=x onerror=alert(12)&#62; &amp;amp; &nbsp;&shy;",
    "%{customdata[0]} %{x:.2f} %{hovertext} <extra>y</extra> %{meta[0]}", "`` ` ``` `b` ~~~ ``` $ $$ \\` \\\\",
    "| a | b |\n|---|---|\n| ~~c~~ | [x] |\n\n# h\n- l\n> q [^1]\n\n[^1]: f", "line\nbreak\r\nand\ttab",
    "right\u202eto left\u202c \u2066apart\u2069 \u200fmark",
    "Zo\u200be\u200d \ufeffwidth\u00ad \u0301\u0489 e\u0301 \U0001f9d1\u200d\U0001f3a4",
    "bell \x07 escape \x1b[31m delete \x7f", f"long {'<i>' * 200} end",
)  # fmt: skip
