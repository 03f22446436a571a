#pragma once

#include "tests/support/gallery_images.h"
#include "ui/catalogue/catalogue_store.h"

namespace fanlight::ui {

/// A gallery's catalogue of one run of many images, whose prompts are drawn from a few hundred words. They share a few
/// pictures on the disk.
inline void make_catalogue(const QString& folder, const QString& run, int count) {
    constexpr int pictures = 64, chunk = 5000;
    make_gallery_run(run, std::vector<std::string>(pictures, "a picture"));
    QDir().mkpath(folder);
    CatalogueStore store(folder + "/catalogue.sqlite");
    const qint64 number = store.addRun(run);
    for (int first = 0; first < count; first += chunk) {
        std::vector<GalleryImage> images;
        for (int i = first; i < std::min(first + chunk, count); ++i) {
            std::string prompt = "a picture of";
            for (int word = 0; word < 12; ++word)
                prompt += " word" + std::to_string((i * 7919LL + word * 104729LL * (i % 31 + 1)) % 700);
            ManifestRow row = gallery_row(i, prompt);
            row.item.place = std::to_string(i % pictures) + ".png";
            images.push_back({.id = imageId(number, i), .row = std::move(row), .rating = i % 6});
        }
        store.add(images);
    }
}

}  // namespace fanlight::ui
