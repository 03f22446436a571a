#include "ui/main_window/mirrored_docks.h"

#include <QDataStream>
#include <QIODevice>
#include <QSize>
#include <QString>
#include <algorithm>
#include <array>
#include <vector>

namespace fanlight::ui {

namespace {

// Qt has no function for it, but one format: what Qt 4.3 has stored, Qt 6 reads.
enum Mark : quint8 { TabsMark = 0xfa, DockMark = 0xfb, SequenceMark = 0xfc, AreasMark = 0xfd };
constexpr qint32 stateMark = 0xff;
constexpr quint8 floating = 2;  // a flag of a dock
constexpr int maxParts = 1000, maxDepth = 50;

/// Areas of docks, in the order of Qt's own enumeration.
constexpr qint32 leftArea = 0, rightArea = 1, areaCount = 4;

qint32 mirroredArea(qint32 area) { return area == leftArea ? rightArea : area == rightArea ? leftArea : area; }

qint32 mirroredCorner(qint32 area) {
    return area == Qt::LeftDockWidgetArea    ? Qt::RightDockWidgetArea
           : area == Qt::RightDockWidgetArea ? Qt::LeftDockWidgetArea
                                             : area;
}

/// A dock, or docks that share its place.
struct Part {
    quint8 mark = 0;
    QString dock;
    quint8 flags = 0;
    qint32 at = 0, size = 0;            ///< along the sequence; of a floating dock, on the screen
    std::array<qint32, 2> others = {};  ///< limits of the size, or the rest of the geometry
    QByteArray sharing;                 ///< already mirrored

    bool isFloating() const { return flags & floating; }
};

void fail(QDataStream& in) { in.setStatus(QDataStream::ReadCorruptData); }
bool isGood(const QDataStream& in) { return in.status() == QDataStream::Ok; }

void mirrorSequence(QDataStream& in, QDataStream& out, int depth);

Part readPart(QDataStream& in, int depth) {
    Part part;
    in >> part.mark;
    if (part.mark == DockMark)
        in >> part.dock >> part.flags;
    else if (part.mark != SequenceMark)
        fail(in);
    in >> part.at >> part.size >> part.others[0] >> part.others[1];
    if (part.mark != SequenceMark) return part;
    QDataStream sharing(&part.sharing, QIODevice::WriteOnly);
    sharing.setVersion(in.version());
    mirrorSequence(in, sharing, depth + 1);
    return part;
}

void write(QDataStream& out, const Part& part) {
    out << part.mark;
    if (part.mark == DockMark) out << part.dock << part.flags;
    out << part.at << part.size << part.others[0] << part.others[1];
    out.writeRawData(part.sharing.constData(), int(part.sharing.size()));
}

void reverse(std::vector<Part>& parts) {
    qint32 end = 0;
    for (const Part& part : parts)
        if (!part.isFloating()) end = std::max(end, qint32(qint64(part.at) + part.size));
    for (Part& part : parts)
        if (!part.isFloating()) part.at = qint32(qint64(end) - part.at - part.size);
    std::reverse(parts.begin(), parts.end());
}

/// Docks after each other, or behind each other with tabs, whose bar mirrors itself.
void mirrorSequence(QDataStream& in, QDataStream& out, int depth) {
    quint8 mark = 0, orientation = 0;
    qint32 shown = 0, count = 0;
    in >> mark;
    if (mark == TabsMark) in >> shown;
    in >> orientation >> count;
    if ((mark != TabsMark && mark != SequenceMark) || count < 0 || count > maxParts || depth > maxDepth) fail(in);
    std::vector<Part> parts;
    while (isGood(in) && qint32(parts.size()) < count) parts.push_back(readPart(in, depth));
    if (mark == SequenceMark && orientation == Qt::Horizontal) reverse(parts);
    out << mark;
    if (mark == TabsMark) out << shown;
    out << orientation << count;
    for (const Part& part : parts) write(out, part);
}

void mirrorAreas(QDataStream& in, QDataStream& out) {
    quint8 mark = 0;
    qint32 count = 0;
    in >> mark >> count;
    if (mark != AreasMark || count < 0 || count > areaCount) fail(in);
    out << mark << count;
    for (qint32 i = 0; isGood(in) && i < count; ++i) {
        qint32 area = 0;
        QSize size;
        in >> area >> size;
        out << mirroredArea(area) << size;
        mirrorSequence(in, out, 0);
    }
    QSize centre;
    std::array<qint32, 4> corners = {};  // top left, top right, bottom left, bottom right
    in >> centre;
    for (qint32& corner : corners) in >> corner;
    out << centre;
    for (const size_t from : {1, 0, 3, 2}) out << mirroredCorner(corners[from]);
}

}  // namespace

QByteArray mirroredDocks(const QByteArray& state) {
    QByteArray mirrored;
    QDataStream in(state), out(&mirrored, QIODevice::WriteOnly);
    for (QDataStream* stream : {&in, &out}) stream->setVersion(QDataStream::Qt_5_0);
    qint32 mark = 0, version = 0;
    in >> mark >> version;
    if (mark != stateMark) return {};
    out << mark << version;
    mirrorAreas(in, out);
    if (!isGood(in)) return {};
    return mirrored + in.device()->readAll();  // floating groups and tool bars, which mirror themselves
}

}  // namespace fanlight::ui
