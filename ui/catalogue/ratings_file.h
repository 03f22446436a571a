#pragma once

#include <QHash>
#include <QString>
#include <QStringList>

// Ratings live beside the images, in `.fanlight/ratings.jsonl` of the run folder: one {"file", "rating"} a line, the
// last one of a file counts. So they outlive the catalogue, and travel with the folder.
namespace fanlight::ui {

QString ratingsPath(const QString& folder);

/// Ratings by file name. Lines that say nothing are passed over; a missing file means no ratings.
QHash<QString, int> readRatings(const QString& folder);

/// Appends in one write, so that two programs do not mix their lines. Throws Error naming the file.
void appendRatings(const QString& folder, const QStringList& files, int rating);

}  // namespace fanlight::ui
