#include "core/base/place.h"

namespace fanlight {

Place Place::item(int64_t item) const {
    Place place = *this;
    place.item_ = item;
    return place;
}

Place Place::line(int64_t line) const {
    Place place = *this;
    place.line_ = line;
    return place;
}

Place Place::column(int64_t column) const {
    Place place = *this;
    place.column_ = column;
    return place;
}

Sentence Place::sentence() const {
    if (item_ >= 0) return Sentence("%1, item %2", name_, item_);
    if (line_ == 0) return column_ == 0 ? name_ : Sentence("%1, column %2", name_, column_);
    if (column_ == 0) return Sentence("%1, line %2", name_, line_);
    return Sentence("%1, line %2, column %3", name_, line_, column_);
}

}  // namespace fanlight
