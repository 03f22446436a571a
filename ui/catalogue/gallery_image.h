#pragma once

#include <QString>
#include <QVector>

#include "core/output/manifest.h"

namespace fanlight::ui {

/// What became of an item. The catalogue knows Done and Failed; Making lives in the gallery's model alone.
enum class ImageState { Done, Failed, Making };

/// Stars: 1 to 5, 0 for none, -1 for a reject.
inline constexpr int rejected = -1;
inline constexpr int maxStars = 5;

/// The number of an image in the catalogue: its run in the upper half, its item in the lower one, so that a range of
/// numbers is a run and the images of a run lie in the order of its prompts.
inline qint64 imageId(qint64 run, qint64 item) { return run << 32 | item; }
inline qint64 runOf(qint64 id) { return id >> 32; }

/// One image as the gallery knows it. Of a failed item only `row.item` and `row.recipe` mean something.
struct GalleryImage {
    qint64 id = 0;
    QString folder;  ///< absolute path of the run folder
    ManifestRow row;
    ImageState state = ImageState::Done;
    int rating = 0;
    QString reason;  ///< why it failed

    QString file() const { return QString::fromStdString(row.item.file); }
    QString path() const { return folder + u'/' + file(); }
    QString prompt() const { return QString::fromStdString(row.item.parameters.prompt); }
};

/// What the gallery is asked to show; every part narrows the rest.
struct GalleryQuery {
    enum class Order { NewestRunFirst, OldestRunFirst, BestFirst };

    QString text;      ///< as the user typed it, see matchExpression()
    qint64 run = 0;    ///< 0: all
    QString model;     ///< empty: all
    int minStars = 0;  ///< 0: all, `rejected`: the rejects alone
    bool failedOnly = false;
    Order order = Order::NewestRunFirst;

    bool operator==(const GalleryQuery&) const = default;
};

/// A run of the catalogue.
struct GalleryRun {
    qint64 id = 0;
    QString folder;  ///< absolute path

    bool operator==(const GalleryRun&) const = default;
};

}  // namespace fanlight::ui
