#include "controller/fuse_requests.h"

#include <linux/fuse.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "controller/records.h"

namespace virtainer {

namespace {

constexpr uint64_t kFirstFile = FUSE_ROOT_ID + 1;
// Names and attributes never change: the kernel need not ask again.
constexpr uint64_t kForeverSeconds = 1'000'000'000;
constexpr uint32_t kBlockBytes = 4096;
// Nobody writes; the kernel takes no smaller number.
constexpr uint32_t kMaxWriteBytes = 4096;

// The kernel keeps a request for every file that is to be closed, and nobody is charged for that memory.
constexpr unsigned kMaxOpen = 4096;

// A request's or answer's part, whose bytes may lie anywhere.
template <typename T>
std::optional<T> take(std::string_view& bytes) {
  if (bytes.size() < sizeof(T)) return std::nullopt;
  T part;
  memcpy(&part, bytes.data(), sizeof part);
  bytes.remove_prefix(sizeof part);
  return part;
}

std::string reply(uint64_t unique, int error, std::string_view body = {}) {
  fuse_out_header header = {};
  header.len = static_cast<uint32_t>(sizeof header + body.size());
  header.error = -error;
  header.unique = unique;
  std::string bytes(reinterpret_cast<const char*>(&header), sizeof header);
  return bytes.append(body);
}

template <typename T>
std::string reply_with(uint64_t unique, const T& body) {
  return reply(unique, 0, {reinterpret_cast<const char*>(&body), sizeof body});
}

std::optional<ViewFile> file_of(uint64_t node) {
  if (node < kFirstFile || node >= kFirstFile + kViewFiles) return std::nullopt;
  return static_cast<ViewFile>(node - kFirstFile);
}

// As procfs: size 0 tells readers to read to the end.
fuse_attr attributes_of(uint64_t node, uint64_t made_at) {
  fuse_attr attributes = {};
  attributes.ino = node;
  attributes.mode = node == FUSE_ROOT_ID ? S_IFDIR | 0555 : S_IFREG | 0444;
  attributes.nlink = 1;
  attributes.blksize = kBlockBytes;
  attributes.atime = attributes.mtime = attributes.ctime = made_at;
  return attributes;
}

std::string initialize(uint64_t unique, std::string_view body) {
  // The length of the rest depends on the kernel's version.
  std::optional<uint32_t> major = take<uint32_t>(body);
  if (!major || *major < FUSE_KERNEL_VERSION) return reply(unique, EPROTO);
  fuse_init_out answer = {};
  answer.major = FUSE_KERNEL_VERSION;
  answer.minor = FUSE_KERNEL_MINOR_VERSION;
  answer.max_write = kMaxWriteBytes;
  // Files are closed in the background: as many at once as there are, or who opens overtakes who closes.
  answer.max_background = kMaxOpen;
  answer.congestion_threshold = kMaxOpen;
  answer.time_gran = 1;
  return reply_with(unique, answer);
}

std::string look_up(const fuse_in_header& header, std::string_view body, uint64_t made_at) {
  std::optional<ViewFile> file = find_view_file(body.substr(0, body.find('\0')));
  if (header.nodeid != FUSE_ROOT_ID || !file) return reply(header.unique, ENOENT);
  fuse_entry_out entry = {};
  entry.nodeid = kFirstFile + static_cast<uint64_t>(*file);
  entry.entry_valid = entry.attr_valid = kForeverSeconds;
  entry.attr = attributes_of(entry.nodeid, made_at);
  return reply_with(header.unique, entry);
}

std::string tell_attributes(const fuse_in_header& header, uint64_t made_at) {
  if (header.nodeid != FUSE_ROOT_ID && !file_of(header.nodeid)) return reply(header.unique, ESTALE);
  fuse_attr_out answer = {};
  answer.attr_valid = kForeverSeconds;
  answer.attr = attributes_of(header.nodeid, made_at);
  return reply_with(header.unique, answer);
}

}  // namespace

FuseRequests::FuseRequests(ResourceView view) : view_(std::move(view)), made_at_(realtime_ms() / 1000) {}

std::string FuseRequests::answer(std::string_view request) {
  std::optional<fuse_in_header> header = take<fuse_in_header>(request);
  if (!header) return "";
  const uint64_t unique = header->unique;
  switch (header->opcode) {
    case FUSE_INIT:
      return initialize(unique, request);
    case FUSE_LOOKUP:
      return look_up(*header, request, made_at_);
    case FUSE_GETATTR:
      return tell_attributes(*header, made_at_);
    case FUSE_OPEN:
      return open(unique, header->nodeid);
    case FUSE_READ:
      return read(unique, header->nodeid, request);
    case FUSE_RELEASE:
      if (std::optional<fuse_release_in> release = take<fuse_release_in>(request)) {
        snapshots_.drop(release->fh);
        open_ -= open_ > 0 ? 1 : 0;
      }
      return reply(unique, 0);
    case FUSE_STATFS:
      return reply_with(unique, fuse_statfs_out{});
    case FUSE_DESTROY:
      return reply(unique, 0);
    case FUSE_FORGET:
    case FUSE_BATCH_FORGET:
    case FUSE_INTERRUPT:  // what it wants to interrupt has been answered
      return "";
    default:
      return reply(unique, ENOSYS);
  }
}

std::string FuseRequests::open(uint64_t unique, uint64_t node) {
  if (!file_of(node)) return reply(unique, ESTALE);
  if (open_ == kMaxOpen) return reply(unique, ENFILE);
  open_++;
  fuse_open_out answer = {};
  answer.fh = ++last_handle_;
  answer.open_flags = FOPEN_DIRECT_IO;
  return reply_with(unique, answer);
}

// Anew from the beginning, as procfs does it: a reader may keep the file open and go back.
std::string FuseRequests::read(uint64_t unique, uint64_t node, std::string_view body) {
  std::optional<ViewFile> file = file_of(node);
  std::optional<fuse_read_in> what = take<fuse_read_in>(body);
  if (!file || !what) return reply(unique, EIO);
  const std::string* text = what->offset == 0 ? nullptr : snapshots_.find(what->fh);
  if (text == nullptr) text = &snapshots_.keep(what->fh, view_.content(*file));
  const uint64_t start = std::min<uint64_t>(what->offset, text->size());
  return reply(unique, 0, std::string_view(*text).substr(start, what->size));
}

}  // namespace virtainer
