#pragma once

#include <QHash>
#include <QString>
#include <QStringList>

// Ratings are stored beside the images, in the run folder's `.fanlight/ratings.jsonl`: one {"file", "rating"} per line,
// the last one for a file counts. So they outlive the catalogue and travel with the folder.
namespace fanlight::ui {

QString ratingsPath(const QString& folder);

/// Ratings by file name. Malformed lines are skipped; a missing file means no ratings.
QHash<QString, int> readRatings(const QString& folder);

/// Appends in one write, so that two programs' lines do not mix. Throws Error naming the file.
void appendRatings(const QString& folder, const QStringList& files, int rating);

}  // namespace fanlight::ui
