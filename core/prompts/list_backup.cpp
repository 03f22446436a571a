#include "core/prompts/list_backup.h"

#include <algorithm>
#include <filesystem>

#include "core/base/json.h"
#include "core/prompts/prompt_list.h"

namespace fanlight {

std::string backup_text(const std::string& project, std::string_view lines) {
    return (to_line({{"project", project}}) + "\n").append(lines);
}

ListBackup read_backup(std::string_view bytes, const std::string& name) {
    const size_t end = std::min(bytes.find('\n'), bytes.size());
    ListBackup backup{.project = required<std::string>(parse_json(bytes.substr(0, end), name), "project", name)};
    const bool is_path =
        std::filesystem::path(backup.project).is_absolute() && backup.project.find('\0') == std::string::npos;
    if (!backup.project.empty() && !is_path) throw Error(name + ": a project's file must be an absolute path");
    backup.rows = read_prompts(bytes.substr(end), ListFormat::JsonLines, name);
    return backup;
}

}  // namespace fanlight
