#pragma once

#include <QString>
#include <QVector>

#include "ui/catalogue/gallery_image.h"

namespace fanlight::ui {

/// One line about an image, in the user's language.
struct ImageSetting {
    QString name;
    QString value;

    bool operator==(const ImageSetting&) const = default;
};

/// Everything that determines the pixels, prompts first. Unknown values are left out.
QVector<ImageSetting> settingsOf(const GalleryImage& image);

/// What made it, when and how fast; the file.
QVector<ImageSetting> originOf(const GalleryImage& image);

/// True when the image says how it was made.
bool hasSettings(const GalleryImage& image);

/// The A1111 text as in the PNG.
QString infotextOf(const GalleryImage& image);

/// The settings in which two images differ: the first's value, the second's.
struct SettingDifference {
    QString name;
    QString first;
    QString second;
};
QVector<SettingDifference> differences(const GalleryImage& first, const GalleryImage& second);

}  // namespace fanlight::ui
