#pragma once

#include <QByteArray>
#include <QDir>
#include <QString>
#include <string>
#include <vector>

#include "core/base/file.h"
#include "core/images/image_committer.h"
#include "core/output/manifest.h"

/// Images and finished runs for the gallery's tests, created without a model.
namespace fanlight {

inline ManifestRow gallery_row(int64_t index, const std::string& prompt) {
    ManifestRow row;
    row.item = {.index = index, .row = index, .place = std::to_string(index) + ".png", .task = ImageTask{}};
    row.item.task = ImageTask{.prompt = prompt,
                              .negative_prompt = "blurry",
                              .seed = 42 + static_cast<uint64_t>(index),
                              .steps = 20,
                              .cfg_scale = 7.5,
                              .width = 48,
                              .height = 32,
                              .sampler = "dpmpp_2m",
                              .schedule = "karras"};
    set_recipe(row.item, {.model = "starter", .model_hash = std::string(64, 'a')});
    row.made.item = index;
    row.made.content = ResultFile{.name = row.item.place};
    row.made.device_name = "NVIDIA H100";
    row.made.seconds = 1.5;
    row.made.finished_at = "2026-01-02T03:04:05Z";
    return row;
}

/// A finished run: one PNG per prompt, each in a single colour, and the manifest.
inline std::vector<ManifestRow> make_gallery_run(const QString& folder, const std::vector<std::string>& prompts) {
    QDir().mkpath(folder);
    std::vector<ManifestRow> rows;
    for (const std::string& prompt : prompts) {
        ManifestRow row = gallery_row(static_cast<int64_t>(rows.size()), prompt);
        std::vector<uint8_t> pixels(3 * 48 * 32);
        for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<uint8_t>(40 * row.item.index + 60 * (i % 3));
        const auto made = commit_image(folder.toStdString(), row.item, row.recipe(), {pixels.data(), 48, 32});
        row.made.content = ResultFile{made.file, made.sha256, made.bytes};
        rows.push_back(row);
    }
    write_manifest(folder.toStdString(), rows);
    return rows;
}

}  // namespace fanlight
