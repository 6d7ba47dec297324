{
  "variables": { "vt_sanitize%": "" },
  "target_defaults": {
    "cflags": ["-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter", "-Wno-cast-function-type"],
    "conditions": [
      ["vt_sanitize!=''", {
        "cflags": ["-fsanitize=<(vt_sanitize)", "-fno-omit-frame-pointer", "-g", "-O1"],
        "ldflags": ["-fsanitize=<(vt_sanitize)"]
      }]
    ]
  },
  "targets": [
    {
      "target_name": "virtainer",
      "sources": ["<!@(ls cpp/addon/*.cc)"],
      "include_dirs": ["cpp", "<!(node -e \"require('nan')\")"]
    },
    {
      "target_name": "virtainer-controller",
      "type": "executable",
      "sources": ["<!@(ls cpp/controller/*.cc cpp/common/*.cc)"],
      "include_dirs": ["cpp"],
      "cflags": ["-ffunction-sections", "-fdata-sections", "-Os"],
      "cflags!": ["-O3", "-pthread"],
      "cflags_cc!": ["-std=gnu++17", "-std=gnu++20", "-std=gnu++1y"],
      "cflags_cc": ["-std=c++20", "-fno-exceptions", "-fno-rtti", "-fno-threadsafe-statics", "-fstack-protector-strong"],
      "ldflags!": ["-rdynamic", "-pthread"],
      "conditions": [
        ["vt_sanitize==''", { "ldflags": ["-static", "-Wl,--gc-sections", "-Wl,-z,relro,-z,now"] }]
      ]
    }
  ]
}
