#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/batch/request.h"

namespace fanlight {

/// A prompt list with unsaved changes, as the window backs it up: a line {"project": FILE}, then the list as JSON
/// lines.
struct ListBackup {
    std::string project;  ///< the absolute path of the file that it was opened from; "": none yet
    std::vector<PromptRow> rows;
};

/// `lines`: the rows as JSON lines.
std::string backup_text(const std::string& project, std::string_view lines);

/// Throws Error starting with `name`; UsageError as read_prompts() does.
ListBackup read_backup(std::string_view bytes, const std::string& name);

}  // namespace fanlight
