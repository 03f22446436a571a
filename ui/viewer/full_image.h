#pragma once

#include <QImage>
#include <QString>

namespace fanlight::ui {

/// A file's full-size picture, or one sentence why there is none. Any thread.
struct FullImage {
    QImage image;
    QString problem;
};
FullImage loadFullImage(const QString& path);

}  // namespace fanlight::ui
