#include "controller/view_disks.h"

#include <map>

#include "controller/view_text.h"

namespace virtainer {

namespace {

constexpr uint64_t kSectorBytes = 512;

struct Transfer {
  uint64_t operations = 0;
  uint64_t bytes = 0;
};

struct DiskUse {
  Transfer read;
  Transfer write;
  Transfer discard;

  bool any() const { return read.operations + write.operations + discard.operations != 0; }
};

// By MAJOR:MINOR.
using DiskUses = std::map<std::string, DiskUse, std::less<>>;

// Lines such as `8:0 Read 17`.
void add_v1(DiskUses& uses, const std::string& text, uint64_t Transfer::*field) {
  for (std::string_view line : lines_of(text)) {
    std::vector<std::string_view> words = words_of(line);
    if (words.size() != 3) continue;
    DiskUse& use = uses[std::string(words[0])];
    const uint64_t number = read_number(words[2]).value_or(0);
    if (words[1] == "Read") use.read.*field = number;
    if (words[1] == "Write") use.write.*field = number;
    if (words[1] == "Discard") use.discard.*field = number;
  }
}

void set_v2(DiskUse& use, std::string_view key, uint64_t number) {
  if (key == "rios") use.read.operations = number;
  if (key == "rbytes") use.read.bytes = number;
  if (key == "wios") use.write.operations = number;
  if (key == "wbytes") use.write.bytes = number;
  if (key == "dios") use.discard.operations = number;
  if (key == "dbytes") use.discard.bytes = number;
}

// Lines such as `8:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0`.
void add_v2(DiskUses& uses, const std::string& text) {
  for (std::string_view line : lines_of(text)) {
    std::vector<std::string_view> words = words_of(line);
    for (size_t i = 1; i < words.size(); i++) {
      size_t equals = words[i].find('=');
      if (equals == std::string_view::npos) continue;
      set_v2(uses[std::string(words[0])], words[i].substr(0, equals),
             read_number(words[i].substr(equals + 1)).value_or(0));
    }
  }
}

void append_transfer(std::string& text, const Transfer& transfer) {
  append_format(text, " %llu 0 %llu 0", static_cast<unsigned long long>(transfer.operations),
                static_cast<unsigned long long>(transfer.bytes / kSectorBytes));
}

}  // namespace

// The host's lines of those disks that the container has used. Times are not counted for a cgroup.
std::string show_diskstats(const ViewReadings& readings) {
  DiskUses uses;
  add_v1(uses, readings.text(ViewSourceKind::io_operations), &Transfer::operations);
  add_v1(uses, readings.text(ViewSourceKind::io_bytes), &Transfer::bytes);
  add_v2(uses, readings.text(ViewSourceKind::io_stat));
  std::string text;
  const std::string host = ViewReadings::host("/proc/diskstats");
  for (std::string_view line : lines_of(host)) {
    std::vector<std::string_view> words = words_of(line);
    if (words.size() < 3) continue;
    auto use = uses.find(std::string(words[0]).append(":").append(words[1]));
    if (use == uses.end() || !use->second.any()) continue;
    append_format(text, "%4s %7s %s", std::string(words[0]).c_str(), std::string(words[1]).c_str(),
                  std::string(words[2]).c_str());
    append_transfer(text, use->second.read);
    append_transfer(text, use->second.write);
    text += " 0 0 0";
    append_transfer(text, use->second.discard);
    text += " 0 0\n";
  }
  return text;
}

}  // namespace virtainer
