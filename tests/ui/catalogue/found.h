#pragma once

#include "ui/catalogue/catalogue.h"

namespace fanlight::ui {

/// The images that a query finds; none if it was cancelled.
inline QVector<qint64> found(Catalogue& catalogue, const GalleryQuery& query = {}) {
    auto future = catalogue.find(query);
    future.waitForFinished();
    return future.isCanceled() ? QVector<qint64>() : future.result();
}

}  // namespace fanlight::ui
