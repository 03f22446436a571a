#include "core/config/hash_cache.h"

#include <algorithm>

#include "core/base/sha256.h"
#include "core/config/file_cache.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t smallest_kept = 1 << 20;
constexpr size_t hex_digits = 64;

bool is_hash(const std::string& text) {
    const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    return text.size() == hex_digits && std::all_of(text.begin(), text.end(), is_digit);
}

}  // namespace

std::string cached_sha256(const fs::path& file) {
    std::error_code error;
    const std::uintmax_t bytes = fs::file_size(file, error);
    if (error || bytes < smallest_kept) return sha256_hex_of_file(file);
    return cached_fact(file, {.kind = "sha256", .max_bytes = hex_digits, .is_valid = is_hash, .find_out = [&] {
                                  return sha256_hex_of_file(file);
                              }});
}

}  // namespace fanlight
