#include "ui/viewer/full_image.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QImageReader>

namespace fanlight::ui {

namespace {

struct Sentences {
    Q_DECLARE_TR_FUNCTIONS(fanlight::ui::FullImage)
};

}  // namespace

FullImage loadFullImage(const QString& path) {
    QImageReader reader(path);
    const QImage image = reader.read();
    if (!image.isNull()) return {image, {}};
    const QString name = QFileInfo(path).fileName();
    if (!QFileInfo::exists(path)) return {{}, Sentences::tr("%1 no longer exists.").arg(name)};
    return {{}, Sentences::tr("%1 cannot be shown: %2.").arg(name, reader.errorString())};
}

}  // namespace fanlight::ui
