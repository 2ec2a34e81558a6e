# pragma version 0.4.3
# pragma evm-version shanghai
"""
@title Registry of certificates of origin, kept by several states together
@license Apache-2.0
@notice Holds no certificate and no digest of one: only roots of batches, what their states say of single places,
        and how much of each line shipments have used. No state can speak for another, nobody can take a root
        that another state has signed, and nothing here holds or moves money.
"""

ISSUER: constant(uint256) = 1
CUSTOMS: constant(uint256) = 2
GOOD: constant(uint256) = 0
SUSPENDED: constant(uint256) = 1
REVOKED: constant(uint256) = 2
MOST_PLACES: constant(uint256) = 2 ** 20
MOST_STEPS: constant(uint256) = 20
MOST_STATES: constant(uint256) = 64
WHOLE: constant(uint256) = 1_000_000_000
LATEST: constant(uint256) = 2 ** 64 - 1
LEAF: constant(bytes1) = 0x00
NODE: constant(bytes1) = 0x01

EIP712_DOMAIN: constant(bytes32) = keccak256(
    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
)
ANCHOR_TYPE: constant(bytes32) = keccak256("Anchor(bytes32 root,uint256 count,uint256 deadline)")
NAME: constant(bytes32) = keccak256("Kechid Origin Registry")
VERSION: constant(bytes32) = keccak256("1")
# The lower half of the curve's order: of two signatures that are both good, one counts.
HALF_ORDER: constant(uint256) = 57896044618658097711785492504343953926418782139537452191302581570759080747168

event Voted:
    state: indexed(bytes2)
    governor: indexed(address)
    voter: indexed(bytes2)

event MemberChanged:
    state: indexed(bytes2)
    governor: address

event AuthorityListed:
    state: indexed(bytes2)
    account: indexed(address)
    roles: uint256
    valid_from: uint256
    valid_until: uint256

event Anchored:
    state: indexed(bytes2)
    root: indexed(bytes32)
    issuer: indexed(address)
    count: uint256

event StatusChanged:
    batch: indexed(bytes32)
    index: indexed(uint256)
    status: uint256
    reason: uint256
    replaced_by: bytes32

event DrawnDown:
    batch: indexed(bytes32)
    index: indexed(uint256)
    line: uint256
    used: uint256
    parts: uint256
    declaration: bytes32
    customs: address

# By keccak(state | root): issuer | places << 160 | time of anchoring << 192.
batches: public(HashMap[bytes32, uint256])
# By account: valid_until | valid_from << 64 | roles << 128 | state << 136.
authorities: public(HashMap[address, uint256])
# By batch and place / 128: two bits for each place.
status_words: public(HashMap[bytes32, HashMap[uint256, uint256]])
# By keccak(batch | place | line): parts in 1,000,000,000.
used: public(HashMap[bytes32, uint256])

members: public(HashMap[bytes2, address])
states_of: public(HashMap[address, bytes2])
member_count: public(uint256)
# A change of the members ends every vote that was under way.
term: public(uint256)
voices: HashMap[bytes32, uint256]
has_voted: HashMap[bytes32, HashMap[bytes2, bool]]


@deploy
def __init__(states: DynArray[bytes2, MOST_STATES], governors: DynArray[address, MOST_STATES]):
    assert len(states) == len(governors), "states and governors differ in number"
    assert len(states) > 0, "no state"
    for place: uint256 in range(len(states), bound=MOST_STATES):
        self._replace(states[place], governors[place])


@external
def vote(state: bytes2, governor: address):
    """
    @notice Give the caller's voice for a state's governor; for none: for leaving the state out.
    @dev More than half of the members decide. A voice cannot be given twice.
    """
    voter: bytes2 = self.states_of[msg.sender]
    assert voter != empty(bytes2), "not a governor"
    proposal: bytes32 = keccak256(concat(
        convert(self.term, bytes32), state, convert(convert(governor, uint256), bytes32)
    ))
    assert not self.has_voted[proposal][voter], "voted already"
    self.has_voted[proposal][voter] = True
    self.voices[proposal] += 1
    log Voted(state=state, governor=governor, voter=voter)
    if self.voices[proposal] * 2 > self.member_count:
        self.term += 1
        self._replace(state, governor)


@internal
def _replace(state: bytes2, governor: address):
    before: address = self.members[state]
    assert state != empty(bytes2), "no state"
    assert before != governor, "nothing would change"
    if governor != empty(address):
        assert self.states_of[governor] == empty(bytes2), "governs another state"
        self.states_of[governor] = state
    if before == empty(address):
        self.member_count += 1
        assert self.member_count <= MOST_STATES, "too many states"
    else:
        self.states_of[before] = empty(bytes2)
    if governor == empty(address):
        self.member_count -= 1
        assert self.member_count > 0, "the last state stays"
    self.members[state] = governor
    log MemberChanged(state=state, governor=governor)


@external
def list_authority(account: address, roles: uint256, valid_from: uint256, valid_until: uint256):
    """
    @notice List one of the caller's state's authorities, or change how it is listed.
    @dev A key that is no longer trusted: set valid_until to the moment from which it is not.
    """
    state: bytes2 = self.states_of[msg.sender]
    assert state != empty(bytes2), "not a governor"
    assert account != empty(address), "no account"
    assert roles <= ISSUER | CUSTOMS, "no such role"
    assert valid_from <= valid_until, "ends before it begins"
    assert valid_until <= LATEST, "time out of range"
    held: uint256 = self.authorities[account]
    assert held == 0 or self._state_in(held) == state, "another state's authority"
    number: uint256 = convert(convert(state, uint16), uint256)
    self.authorities[account] = valid_until | (valid_from << 64) | (roles << 128) | (number << 136)
    log AuthorityListed(
        state=state, account=account, roles=roles, valid_from=valid_from, valid_until=valid_until
    )


@external
def strike(accounts: DynArray[address, MOST_STATES]):
    """
    @notice End, as of now, the listing of authorities whose state is no member any more; anybody may.
    @dev Not asked at every anchoring, where it would cost every certificate; what they anchored before stays.
    """
    for account: address in accounts:
        held: uint256 = self.authorities[account]
        state: bytes2 = self._state_in(held)
        assert held != 0, "no such authority"
        assert self.members[state] == empty(address), "its state is a member"
        assert held & LATEST > block.timestamp, "has ended already"
        begins: uint256 = min((held >> 64) & LATEST, block.timestamp)
        roles: uint256 = (held >> 128) & 255
        number: uint256 = convert(convert(state, uint16), uint256)
        self.authorities[account] = block.timestamp | (begins << 64) | (roles << 128) | (number << 136)
        log AuthorityListed(
            state=state, account=account, roles=roles, valid_from=begins, valid_until=block.timestamp
        )


@external
def anchor(root: bytes32, count: uint256):
    """
    @notice Anchor a batch of 1 to 2**20 places as the caller's own.
    """
    self._anchor(root, count, msg.sender)


@external
def anchor_signed(root: bytes32, count: uint256, deadline: uint256, v: uint256, r: uint256, s: uint256):
    """
    @notice Anchor a batch that an authority has signed (EIP-712); anybody may bring it.
    @dev The batch belongs to whoever signed, so bringing it first gains nothing, and once is all it counts.
    """
    assert block.timestamp <= deadline, "signature too old"
    assert s <= HALF_ORDER, "signature not in its lower half"
    signer: address = ecrecover(self._signed_digest(root, count, deadline), v, r, s)
    assert signer != empty(address), "no signature"
    self._anchor(root, count, signer)


@view
@internal
def _signed_digest(root: bytes32, count: uint256, deadline: uint256) -> bytes32:
    domain: bytes32 = keccak256(abi_encode(EIP712_DOMAIN, NAME, VERSION, chain.id, self))
    return keccak256(concat(b"\x19\x01", domain, keccak256(abi_encode(ANCHOR_TYPE, root, count, deadline))))


@internal
def _anchor(root: bytes32, count: uint256, issuer: address):
    assert root != empty(bytes32), "no root"
    assert count > 0 and count <= MOST_PLACES, "1 to 2**20 places"
    state: bytes2 = self._state_with(issuer, ISSUER)
    batch: bytes32 = keccak256(concat(state, root))
    assert self.batches[batch] == 0, "anchored already"
    self.batches[batch] = convert(issuer, uint256) | (count << 160) | (block.timestamp << 192)
    log Anchored(state=state, root=root, issuer=issuer, count=count)


@external
def set_status(root: bytes32, index: uint256, status: uint256, reason: uint256, replaced_by: bytes32):
    """
    @notice Suspend (1), restore (0) or revoke (2) a certificate of the caller's own state.
    @dev Revoked is final.
    """
    state: bytes2 = empty(bytes2)
    if self.authorities[msg.sender] == 0:
        state = self.states_of[msg.sender]
        assert state != empty(bytes2), "not listed for this"
    else:
        state = self._state_with(msg.sender, ISSUER)
    batch: bytes32 = keccak256(concat(state, root))
    assert index < self._places_in(self.batches[batch]), "no such place"
    assert status <= REVOKED, "no such status"
    offset: uint256 = (index % 128) * 2
    word: uint256 = self.status_words[batch][index // 128]
    before: uint256 = (word >> offset) & 3
    assert before != REVOKED, "revoked is final"
    assert before != status, "nothing would change"
    self.status_words[batch][index // 128] = (word & ~(convert(3, uint256) << offset)) | (status << offset)
    log StatusChanged(batch=batch, index=index, status=status, reason=reason, replaced_by=replaced_by)


@external
def draw_down(
    state: bytes2,
    root: bytes32,
    digest: bytes32,
    index: uint256,
    proof: DynArray[bytes32, MOST_STEPS],
    line: uint256,
    expected: uint256,
    parts: uint256,
    declaration: bytes32,
):
    """
    @notice Use a part of a line of a certificate for a shipment; the caller is a customs authority.
    @dev Refused when another amount has been used than the caller expects: two posts cannot both be first.
    """
    self._state_with(msg.sender, CUSTOMS)
    batch: bytes32 = keccak256(concat(state, root))
    places: uint256 = self._places_in(self.batches[batch])
    assert index < places, "no such place"
    self._check_place(state, root, digest, index, proof, places)
    status: uint256 = (self.status_words[batch][index // 128] >> ((index % 128) * 2)) & 3
    assert status == GOOD, "suspended or revoked"
    assert line > 0, "lines count from 1"
    assert parts > 0, "nothing to use"
    key: bytes32 = keccak256(concat(batch, convert(index, bytes32), convert(line, bytes32)))
    before: uint256 = self.used[key]
    assert before == expected, "another shipment came first"
    after: uint256 = before + parts
    assert after <= WHOLE, "more than is left"
    self.used[key] = after
    log DrawnDown(
        batch=batch,
        index=index,
        line=line,
        used=after,
        parts=parts,
        declaration=declaration,
        customs=msg.sender,
    )


@view
@internal
def _check_place(
    state: bytes2,
    root: bytes32,
    digest: bytes32,
    index: uint256,
    proof: DynArray[bytes32, MOST_STEPS],
    places: uint256,
):
    # As many steps as the tree has: an inner node is no certificate.
    assert (convert(1, uint256) << len(proof)) >= places, "proof too short"
    assert len(proof) == 0 or (convert(1, uint256) << (len(proof) - 1)) < places, "proof too long"
    number: bytes4 = convert(convert(index, uint32), bytes4)
    node: bytes32 = keccak256(
        concat(LEAF, convert(chain.id, bytes32), convert(self, bytes20), state, number, digest)
    )
    place: uint256 = index
    for neighbour: bytes32 in proof:
        if place & 1 == 1:
            node = keccak256(concat(NODE, neighbour, node))
        else:
            node = keccak256(concat(NODE, node, neighbour))
        place = place >> 1
    assert node == root, "not in this batch"


@view
@internal
def _state_with(account: address, role: uint256) -> bytes2:
    held: uint256 = self.authorities[account]
    assert ((held >> 128) & 255) & role != 0, "not listed for this"
    assert block.timestamp >= (held >> 64) & LATEST, "not listed yet"
    assert block.timestamp <= held & LATEST, "listed no longer"
    return self._state_in(held)


@pure
@internal
def _state_in(held: uint256) -> bytes2:
    return convert(convert((held >> 136) & 65535, uint16), bytes2)


@pure
@internal
def _places_in(held: uint256) -> uint256:
    return (held >> 160) & (2 ** 32 - 1)
