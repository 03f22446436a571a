#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace fanlight {

// A run's name is in its folder, `.fanlight/name`, so that it stays with it; the queue's file has a copy.

inline constexpr size_t max_run_name_bytes = 200;

/// Trimmed. Throws UsageError if it is too long, or has more than one line; empty: the run has no name of its own.
std::string checked_run_name(const std::string& name);

/// Empty: none. Whatever else the file holds is made fit to be shown.
std::string read_run_name(const std::filesystem::path& folder);
/// Throws Error naming the file.
void write_run_name(const std::filesystem::path& folder, const std::string& name);

/// When the run in the folder was requested, in seconds since 1970; 0: there is no run.
int64_t run_begun_at(const std::filesystem::path& folder);

/// How a prompt begins, on one line: the part of it that names a run.
std::string prompt_beginning(const std::string& prompt);

/// The name or, where there is none, "2026-11-29 22:04, a lighthouse in the fog".
std::string run_title(const std::string& name, int64_t begun, const std::string& prompt);

}  // namespace fanlight
