#include "ui/settings/settings.h"

#include <QDir>
#include <QStandardPaths>

namespace fanlight::ui {

QString defaultOutputFolder() {
    const QString pictures = QStandardPaths::writableLocation(QStandardPaths::PicturesLocation);
    return (pictures.isEmpty() ? QDir::homePath() : pictures) + "/Fanlight";
}

QString outputFolder() {
    const QString chosen = settings::outputFolder.get();
    return chosen.isEmpty() ? defaultOutputFolder() : chosen;
}

}  // namespace fanlight::ui
