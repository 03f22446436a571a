#include "ui/prompts/distinct_text.h"

#include <algorithm>

namespace fanlight::ui {

namespace {

qsizetype equalPart(const QString& a, const QString& b) {
    return std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin();
}

/// Where the word that holds this place begins.
qsizetype wordStart(const QString& text, qsizetype place) {
    return place > 0 ? text.lastIndexOf(u' ', place - 1) + 1 : 0;
}

}  // namespace

QString withoutEqualPart(const QString& text, const QStringList& neighbours, const QFontMetrics& metrics, int room) {
    constexpr int mostSeen = 1000;  // characters: more do not fit into a cell
    if (metrics.horizontalAdvance(text.left(mostSeen)) <= room) return text;
    qsizetype equal = 0;
    for (const QString& neighbour : neighbours)
        if (neighbour != text) equal = std::max(equal, equalPart(text, neighbour));
    if (equal == 0 || metrics.horizontalAdvance(text.left(std::min<qsizetype>(equal, mostSeen))) < room * 2 / 3)
        return text;
    const qsizetype different = wordStart(text, equal);
    const qsizetype rest = wordStart(text, different - 1);  // with the word before it
    const int roomLeft = room - metrics.horizontalAdvance(u'…' + QString(u' ') + text.mid(rest, mostSeen));
    const int headRoom = std::max(room * 2 / 5, roomLeft);
    const QString beginning = metrics.elidedText(text.left(rest), Qt::ElideRight, headRoom).chopped(1);
    const qsizetype head = wordStart(text, beginning.size() + 1);
    return head > 0 && head < rest ? text.left(head) + u'…' + u' ' + text.mid(rest) : text;
}

}  // namespace fanlight::ui
